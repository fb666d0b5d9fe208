// Stock Apollo and graphql-js, as the tests compare with them: the product does not stand on all of them, so they are had by way of test/package.json.
import { createRequire } from 'node:module';
import { linked, type Subgraph } from './graph.ts';

const require = createRequire(new URL('../../test/package.json', import.meta.url));

interface Request {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

interface GraphQLModule {
  parse: (text: string) => unknown;
  graphql: (args: object) => Promise<object>;
}

/** Answers requests to a subgraph with graphql-js, as JSON. */
export function subgraphExecutor(subgraph: Subgraph): (request: Request) => Promise<string> {
  const { parse, graphql } = require('graphql') as GraphQLModule;
  const { buildSubgraphSchema } = require('@apollo/subgraph') as {
    buildSubgraphSchema: (module: object) => unknown;
  };
  const schema = buildSubgraphSchema({ typeDefs: parse(linked(subgraph.sdl)), resolvers: subgraph.resolvers });
  return async ({ query, variables, operationName }) =>
    JSON.stringify(await graphql({ schema, source: query, variableValues: variables, operationName }));
}

interface SourceRequest {
  request: { http?: { headers: Map<string, string> } };
  context: { authorization?: string };
}

/** Serves a supergraph with stock @apollo/gateway and @apollo/server; authorization is passed on. */
export async function serveStock(supergraphSdl: string, port: number): Promise<void> {
  const { ApolloGateway, RemoteGraphQLDataSource } = require('@apollo/gateway');
  const { ApolloServer } = require('@apollo/server');
  const { startStandaloneServer } = require('@apollo/server/standalone');
  class Source extends RemoteGraphQLDataSource {
    willSendRequest({ request, context }: SourceRequest): void {
      if (context.authorization) request.http?.headers.set('authorization', context.authorization);
    }
  }
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ url }: { url: string }) => new Source({ url }),
  });
  const server = new ApolloServer({ gateway });
  await startStandaloneServer(server, {
    listen: { port, host: '127.0.0.1' },
    context: async ({ req }: { req: { headers: { authorization?: string } } }) => ({
      authorization: req.headers.authorization,
    }),
  });
}

/** The version of a package that the tests stand on. */
export const versionOf = (name: string): string =>
  (require(`${name}/package.json`) as { version: string }).version;
