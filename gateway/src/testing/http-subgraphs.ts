// Test support: subgraphs that are executed by graphql-js behind HTTP servers, and the supergraph with their addresses.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeSupergraph } from '@district-graph/schema/compose';
import { graphql } from 'graphql';
import { schemaOf, sdlOf, type TestedSubgraph } from './federation.ts';

interface ReceivedRequest {
  subgraph: string;
  headers: IncomingHttpHeaders;
  query: string;
  operationName?: string;
  variables?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
}

export interface HttpSubgraphs {
  sdl: string;
  definitions: { name: string; url: string }[];
  urlOf: (subgraph: string) => string;
  /** The requests since it was last called. */
  received: () => ReceivedRequest[];
  /** Answers requests to a subgraph instead of its resolvers; null restores them. */
  replace: (subgraph: string, answer: RequestListener | null) => void;
  /** Headers of responses by subgraph. */
  responseHeaders: Map<string, Record<string, string>>;
  stop: () => Promise<void>;
}

export async function serveSubgraphs(subgraphs: readonly TestedSubgraph[]): Promise<HttpSubgraphs> {
  let requests: ReceivedRequest[] = [];
  const replaced = new Map<string, RequestListener>();
  const responseHeaders: HttpSubgraphs['responseHeaders'] = new Map();
  const servers = await Promise.all(
    subgraphs.map(async (tested) => {
      const { name } = tested;
      const schema = schemaOf({ ...tested, sdl: sdlOf(tested) });
      const server = createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        const message = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        requests.push({ subgraph: name, headers: request.headers, ...message });
        const answer = replaced.get(name);
        if (answer) return answer(request, response);
        const { query: source, variables: variableValues, operationName } = message;
        const result = await graphql({ schema, source, variableValues, operationName });
        response
          .writeHead(200, { 'content-type': 'application/json', ...responseHeaders.get(name) })
          .end(JSON.stringify(result));
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
      return { name, url, sdl: sdlOf(tested), server };
    }),
  );
  return {
    sdl: composeSupergraph(servers.map(({ name, url, sdl }) => ({ name, url, sdl }))),
    definitions: servers.map(({ name, url }) => ({ name, url })),
    urlOf: (subgraph) => servers.find(({ name }) => name === subgraph)?.url ?? '',
    received: () => {
      const received = requests;
      requests = [];
      return received;
    },
    replace: (subgraph, answer) => {
      if (answer) replaced.set(subgraph, answer);
      else replaced.delete(subgraph);
    },
    responseHeaders,
    stop: async () => {
      await Promise.all(
        servers.map(({ server }) => {
          server.closeAllConnections();
          return new Promise((resolve) => server.close(resolve));
        }),
      );
    },
  };
}
