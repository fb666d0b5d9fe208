// The gateway from its settings: graph, subgraphs, GraphQL over HTTP, live news, pages.
import type { IncomingMessage } from 'node:http';
import { errorCodes } from '@district-graph/kit/errors';
import { type GraphQLAnswer, type GraphQLServer, serveGraphQL } from '@district-graph/kit/graphql-server';
import type { Log } from '@district-graph/kit/log';
import type { GatewayConfig } from './config.ts';
import { type Caller, Graph } from './execute/graph.ts';
import { Subgraphs } from './fetch/subgraphs.ts';
import { LiveNews } from './live/live-news.ts';
import { Reachability } from './observe/reachability.ts';
import { answerPlayground } from './portal/playground.ts';
import { watchSupergraph } from './supergraph/supergraph-file.ts';

export interface RunningGateway {
  url: string;
  stop: () => Promise<void>;
}

/** How long operations that began on a swapped graph may go on being planned. */
const oldGraphMs = 10_000;

/** Serves the graph until stopped. Subgraphs may be down: they are asked when a query needs them. */
export async function startGateway(config: GatewayConfig, log: Log): Promise<RunningGateway> {
  const subgraphs = new Subgraphs({ ...config, log });
  const reachability = new Reachability(() => subgraphs.addresses);
  const options = { ...config.operations, planner: { ...config.planner, log }, log };
  const loaded = await watchSupergraph<Graph>(
    config.supergraphFile,
    async (sdl, before) => {
      const graph = await Graph.load(sdl, options, before);
      subgraphs.update(graph.planner.facts.subgraphs);
      return graph;
    },
    (_after, before) => setTimeout(() => void before.close(), oldGraphMs).unref(),
    log,
  );
  const callerOf = (request: IncomingMessage): Caller => {
    const forwarded = subgraphs.forwarded(request.headers);
    const headers: Record<string, string> = {};
    return {
      call: (subgraph, body, isMutation) => subgraphs.call(subgraph, body, isMutation, forwarded, headers),
      viewer: config.shareIdentical ? forwarded.join('\n') : null,
      headers,
    };
  };
  const news = new LiveNews({
    graph: () => loaded.current,
    addressOf: (subgraph) => subgraphs.addresses.get(subgraph) ?? null,
    callerOf,
    maxBodyBytes: config.maxBodyBytes,
    maxStreams: config.maxStreams,
    log,
  });
  let inFlight = 0;
  const http: GraphQLServer = await serveGraphQL(
    {
      answer: async (operation, request) => {
        if (inFlight >= config.maxConcurrentRequests) return overloaded;
        inFlight += 1;
        try {
          return await loaded.current.answer(operation, callerOf(request));
        } finally {
          inFlight -= 1;
        }
      },
      checkReady: async () => ({ subgraphs: await reachability.check() }),
      answerPage: async (request, response, path) =>
        (await news.answer(request, response, path)) ||
        (config.playground && (await answerPlayground(request, response, path))),
      maxBodyBytes: config.maxBodyBytes,
    },
    config.port,
    config.host,
  );
  const stop = async () => {
    news.close();
    await http.close();
    await loaded.close();
    await loaded.current.close();
    await subgraphs.close();
  };
  return { url: `http://127.0.0.1:${http.port}`, stop };
}

const overloaded: GraphQLAnswer = {
  executed: false,
  status: 503,
  headers: { 'retry-after': '1' },
  body: JSON.stringify({
    errors: [
      {
        message: `${errorCodes.OVERLOADED}。 Too many requests at once; try again shortly.`,
        extensions: { code: 'OVERLOADED' },
      },
    ],
  }),
};
