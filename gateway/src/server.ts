// The gateway from its settings: supergraph, subgraph clients, GraphQL, pages.
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { formatError } from '@district-graph/kit/errors';
import { type HttpServer, listen } from '@district-graph/kit/http-server';
import type { Log } from '@district-graph/kit/log';
import type { GatewayConfig } from './config.ts';
import { SubgraphClient } from './fetch/subgraph-client.ts';
import { Reachability } from './observe/reachability.ts';
import { answerPlayground } from './portal/playground.ts';
import { watchSupergraph } from './supergraph/supergraph-file.ts';

export interface GatewayContext {
  /** The client's request headers; the subgraph clients forward the allowed ones. */
  headers: Record<string, string | string[] | undefined>;
}

export interface RunningGateway {
  url: string;
  stop: () => Promise<void>;
}

/** Serves the graph until stopped. Subgraphs may be down: they are asked when a query needs them. */
export async function startGateway(config: GatewayConfig, log: Log): Promise<RunningGateway> {
  const reachability = new Reachability();
  const gateway = new ApolloGateway({
    supergraphSdl: watchSupergraph(config.supergraphFile, log),
    logger: quietLogger(log),
    buildService: ({ name, url }) => {
      const address = config.addressOf(name) ?? url ?? '';
      reachability.add(name, address);
      return new SubgraphClient({
        name,
        url: address,
        timeoutMs: config.subgraphTimeoutMs,
        maxAnswerBytes: config.maxAnswerBytes,
        log,
      });
    },
  });
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    logger: quietLogger(log),
    formatError: (formatted, error) => formatError(formatted, error, log),
    introspection: true,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
    ],
  });
  await apollo.start();
  const http: HttpServer = await listen(
    {
      apollo,
      createContext: (request) => ({ headers: request.headers }),
      checkReady: async () => ({ subgraphs: await reachability.check() }),
      answerPage: config.playground ? answerPlayground : undefined,
      maxBodyBytes: config.maxBodyBytes,
    },
    config.port,
    config.host,
  );
  const stop = async () => {
    await http.close();
    await apollo.stop();
  };
  return { url: `http://127.0.0.1:${http.port}`, stop };
}

/** Apollo's own messages, as events of our log; its chatter is left out. */
function quietLogger(log: Log) {
  const write = (level: string) => (message?: unknown) =>
    log({ event: 'apollo', level, message: String(message) });
  return { debug: () => {}, info: () => {}, warn: write('warn'), error: write('error') };
}
