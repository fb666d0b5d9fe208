// A graph of three subgraphs without resolvers, for tests that replace the subgraphs' responses.
import { type Federation, type TestedSubgraph, withSpaces } from './federation.ts';

export const orderSubgraphs: TestedSubgraph[] = [
  {
    name: 'orders',
    sdl: `
      scalar Long
      scalar Json
      type Query {
        order: Order orders: [Order] n: Int s: String ints: [Int] exact: [[Long!]] many: [ID!] names: [String!] sum(of: [Long!]): Long
        levels: [Level] ratios: [Float!]! long(of: Long): Long json(of: Json): Json float(of: Float): Float
        must: Int! any: [Place] main: Place byId(id: ID!): Order
      }
      enum Level { LOW HIGH }
      union Place = Order | Shop
      type Shop { name: String order: Order }
      type Order @key(fields: "id") @key(fields: "code") { id: Long! code: ID! total: Float note: String shop: Shop }
    `,
    resolvers: {},
  },
  {
    name: 'parcels',
    sdl: `
      scalar Long
      type Order @key(fields: "id") { id: Long! weight: Long parcel: Parcel note2: String total: Float @external tax: Float @requires(fields: "total") }
      type Parcel { size: Int label: String! }
    `,
    resolvers: {},
  },
  {
    name: 'labels',
    sdl: 'type Order @key(fields: "code") { code: ID! label: String }',
    resolvers: {},
  },
];

/** Replaces the responses of subgraphs by name, and returns the bodies of their requests. */
export async function respondWith<T>(
  federation: Federation,
  responses: Record<string, string>,
  request: () => Promise<T>,
) {
  const bodies: Record<string, string> = {};
  for (const [name, response] of Object.entries(responses))
    federation.replaceSubgraph(name, (body) => {
      bodies[name] = body;
      return Buffer.from(response, 'utf8').toString('latin1');
    });
  try {
    return { answer: await request(), bodies };
  } finally {
    for (const name of Object.keys(responses)) federation.replaceSubgraph(name, null);
  }
}

const withMembers = (json: string) => `${json.slice(0, -1)},"extensions":{"a":[1]}}`;
/** Ways in which subgraphs can write the same JSON. */
export const jsonForms = [
  ['compact', (json: string) => json],
  ['with spaces', withSpaces],
  ['with members beside', withMembers],
] as const;
