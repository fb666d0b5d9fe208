// Apollo Server with DistrictGateway in place of ApolloGateway, in front of two subgraphs. Only the import of the gateway differs from a
// program for @apollo/gateway.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { ApolloGateway, IntrospectAndCompose, RemoteGraphQLDataSource } from '@district-graph/apollo-gateway';
import { startSubgraphs } from './subgraphs.js';

const subgraphs = await startSubgraphs();

const gateway = new ApolloGateway({
  // In production, pass the text of a supergraph that was composed before.
  supergraphSdl: new IntrospectAndCompose({ subgraphs }),
  buildService: ({ url }) =>
    new RemoteGraphQLDataSource({
      url,
      willSendRequest({ request, context }) {
        if (context.authorization) request.http?.headers.set('authorization', context.authorization);
      },
    }),
});

const server = new ApolloServer({ gateway });
const { url } = await startStandaloneServer(server, {
  listen: { port: Number(process.env.PORT ?? 4000), host: '127.0.0.1' },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
process.stdout.write(`${url}\n`);
