// The partner's gateway: Hive Gateway, started by `npx hive-gateway supergraph`. It sends the key to District Graph only.
import { defineConfig } from '@graphql-hive/gateway';
import { districtGraphHeaders, isDistrictGraph } from './graph.js';

export const gatewayConfig = defineConfig({
  supergraph: process.env.SUPERGRAPH ?? 'supergraph.graphql',
  host: '127.0.0.1',
  port: Number(process.env.PORT ?? 4100),
  propagateHeaders: {
    fromClientToSubgraphs: ({ request, subgraphName }) =>
      isDistrictGraph(subgraphName) ? districtGraphHeaders(request.headers) : {},
  },
  // Both pages load scripts from outside.
  landingPage: false,
  graphiql: false,
});
