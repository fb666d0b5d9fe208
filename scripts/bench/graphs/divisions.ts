// Divisions of four kinds: an interface in one subgraph and an interface object in four, as in the city's own graph.
import type { Graph, Subgraph } from './graph.ts';

const kinds = ['City', 'District', 'Subdistrict', 'Community'] as const;

const divisionOf = (code: string) => ({
  __typename: kinds[Math.min(kinds.length - 1, Math.max(0, code.length / 2 - 2))],
  code,
  name: `division ${code}`,
});

const places: Subgraph = {
  name: 'places',
  sdl: `
type Query { division(code: ID!): Division }
interface Division @key(fields: "code") { code: ID! name: String! parent: Division }
${kinds.map((kind) => `type ${kind} implements Division @key(fields: "code") { code: ID! name: String! parent: Division }`).join('\n')}
`,
  resolvers: {
    Query: { division: (_: unknown, { code }: { code: string }) => divisionOf(code) },
    ...Object.fromEntries(
      ['Division', ...kinds].map((kind) => [
        kind,
        {
          __resolveReference: ({ code }: { code: string }) => divisionOf(code),
          ...(kind !== 'Division' && {
            parent: ({ code }: { code: string }) => (code.length > 4 ? divisionOf(code.slice(0, -2)) : null),
          }),
        },
      ]),
    ),
  },
};

const bureauOf = (name: string, field: string, count: string): Subgraph => {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}`;
  return {
    name,
    sdl: `
type Division @key(fields: "code") @interfaceObject { code: ID! ${field}: ${type}! }
type ${type} { ${count}: Int! }
`,
    resolvers: {
      Division: {
        __resolveReference: ({ code }: { code: string }) => ({ code }),
        [field]: ({ code }: { code: string }) => ({ [count]: Number(code) % 1000 }),
      },
    },
  };
};

export const divisions: Graph = {
  name: 'divisions',
  subgraphs: [
    places,
    bureauOf('care', 'elderlyCare', 'elders'),
    bureauOf('alarms', 'security', 'cameras'),
    bureauOf('culture', 'culture', 'venues'),
    bureauOf('roads', 'sanitation', 'workersOnDuty'),
  ],
};
