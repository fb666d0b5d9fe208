// Seven overlapping subgraphs: four of them resolve every field, so that an operation has very many possible plans.
import { type Graph, numbers, type Subgraph } from './graph.ts';

const subgraphs = ['north', 'east', 'south', 'west', 'harbour', 'airport', 'centre'] as const;
const properties = [
  'name',
  'platforms',
  'opened',
  'lifts',
  'exits',
  'staff',
  'lockers',
  'bays',
  'depth',
  'zone',
] as const;

/** Whether a subgraph resolves a property: four of the seven do, another four for each property. */
const resolves = (subgraph: number, property: number) =>
  [0, 1, 3, 5].some((step) => (property + step) % 7 === subgraph);

const station = (id: string) => {
  const fields: Record<string, unknown> = { id };
  for (const [index, property] of properties.entries())
    fields[property] = `${property} ${Number(id) * 31 + index}`;
  return fields;
};

const following = ({ id }: { id: string }, step: number) => station(String((Number(id) + step) % 50));

/** `isRoot`: whether the subgraph has the root field. */
const subgraphOf = (name: string, index: number, isRoot: boolean): Subgraph => {
  // Links lead from one station to the next; each is in five subgraphs or in three.
  const isLinked = index !== 1 && index !== 4;
  const isBranch = index % 3 === 0;
  return {
    name,
    sdl: `
${isRoot ? 'type Query { station(id: ID!): Station @shareable }' : ''}
type Station @key(fields: "id") {
  id: ID!
  ${properties
    .filter((_, property) => resolves(index, property))
    .map((property) => `${property}: String @shareable`)
    .join('\n  ')}
  ${isLinked ? 'next: Station @shareable' : ''}
  ${isBranch ? 'branches: [Station!]! @shareable' : ''}
}
`,
    resolvers: {
      ...(isRoot && { Query: { station: (_: unknown, { id }: { id: string }) => station(id) } }),
      Station: {
        __resolveReference: ({ id }: { id: string }) => station(id),
        ...(isLinked && { next: (parent: { id: string }) => following(parent, 1) }),
        ...(isBranch && {
          branches: (parent: { id: string }) => [following(parent, 7), following(parent, 11)],
        }),
      },
    },
  };
};

export const stations: Graph = {
  name: 'stations',
  subgraphs: subgraphs.map((name, index) => subgraphOf(name, index, true)),
};

/** The same with the root field in one subgraph, so that every other one is reached by a key. */
export const stationsOne: Graph = {
  name: 'stations-one',
  subgraphs: subgraphs.map((name, index) => subgraphOf(name, index, index === 0)),
};

/** Operations of different shapes, so that no gateway has a plan for any of them before it is sent. */
export function stationQueries(count: number): string[] {
  const made = new Set<string>();
  const random = numbers(3);
  while (made.size < count) made.add(`query Station { station(id: "1") ${selection(random, 5)} }`);
  return [...made];
}

function selection(random: () => number, depth: number): string {
  const chosen = properties.filter(() => random() < 0.5);
  const inner = depth === 0 ? [] : [`next ${selection(random, depth - 1)}`];
  if (depth > 1 && random() < 0.5) inner.push(`branches ${selection(random, depth - 2)}`);
  return `{ ${['id', ...chosen, ...inner].join(' ')} }`;
}
