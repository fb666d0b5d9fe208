// The partner's gateway: stock @apollo/gateway behind @apollo/server. It sends the key to District Graph only.
import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { districtGraphHeaders, isDistrictGraph } from './graph.js';

// The gateway would report that it runs to an address outside.
process.env.APOLLO_TELEMETRY_DISABLED = '1';

class DistrictGraphSource extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    // The context is empty while the gateway starts.
    const headers = districtGraphHeaders(context.headers ?? new Headers());
    for (const [name, value] of Object.entries(headers)) request.http.headers.set(name, value);
  }
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(process.env.SUPERGRAPH ?? 'supergraph.graphql', 'utf8'),
  buildService: ({ name, url }) =>
    isDistrictGraph(name) ? new DistrictGraphSource({ url }) : new RemoteGraphQLDataSource({ url }),
});
const server = new ApolloServer({ gateway, includeStacktraceInErrorResponses: false });
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: Number(process.env.PORT ?? 4100) },
  context: async ({ req }) => ({ headers: new Headers(Object.entries(req.headers)) }),
});
process.stdout.write(`gateway ${url}\n`);
