// Two subgraphs: roads, and the crews that clean them.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@external", "@requires"])';

const roads = [
  { id: '1', name: '文化路 Wenhua Road', metres: 1200 },
  { id: '2', name: '花园路 Huayuan Road', metres: 800 },
];

const definitions = {
  roads: {
    typeDefs: parse(`
      ${link}
      type Query { roads: [Road!]! }
      type Road @key(fields: "id") { id: ID! name: String! metres: Int! }
    `),
    resolvers: {
      Query: { roads: () => roads },
      Road: { __resolveReference: ({ id }) => roads.find((road) => road.id === id) },
    },
  },
  crews: {
    typeDefs: parse(`
      ${link}
      type Road @key(fields: "id") {
        id: ID!
        metres: Int! @external
        crew: String
        minutes: Int @requires(fields: "metres")
        requestedBy: String
      }
    `),
    resolvers: {
      Road: {
        crew: ({ id }) => `crew ${id}`,
        minutes: ({ metres }) => metres / 40,
        requestedBy: (_road, _args, { authorization }) => authorization ?? 'nobody',
      },
    },
  },
};

/** Starts each on a free port, and returns their names and addresses. */
export const startSubgraphs = () =>
  Promise.all(
    Object.entries(definitions).map(async ([name, definition]) => {
      const server = new ApolloServer({ schema: buildSubgraphSchema([definition]) });
      const { url } = await startStandaloneServer(server, {
        listen: { port: 0, host: '127.0.0.1' },
        context: async ({ req }) => ({ authorization: req.headers.authorization }),
      });
      return { name, url };
    }),
  );
