// The partner's own subgraph: stock @apollo/subgraph and @apollo/server.
import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { clinicsPort } from './graph.js';

const clinics = [
  { name: '经八路社区卫生服务中心', divisionCode: '410105' },
  { name: '航海路社区卫生服务中心', divisionCode: '410104' },
];

const resolvers = {
  Query: { clinics: () => clinics },
  Clinic: { division: ({ divisionCode }) => ({ code: divisionCode }) },
  Division: { clinics: ({ code }) => clinics.filter(({ divisionCode }) => divisionCode === code) },
};

const typeDefs = parse(readFileSync(new URL('clinics.graphql', import.meta.url), 'utf8'));
const server = new ApolloServer({
  schema: buildSubgraphSchema([{ typeDefs, resolvers }]),
  // Timings of its resolvers stay with this server.
  plugins: [ApolloServerPluginInlineTraceDisabled()],
});
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: clinicsPort },
  context: async ({ req }) => {
    // The key belongs to District Graph: a gateway that sends it elsewhere is set up wrongly.
    if (req.headers.authorization?.startsWith('ApiKey '))
      throw new Error('received the key of District Graph');
    return {};
  },
});
process.stdout.write(`clinics ${url}\n`);
