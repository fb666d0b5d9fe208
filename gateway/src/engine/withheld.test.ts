import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate, type TestedViewer } from '../testing/federation.ts';
import { referenceResolvers } from '../testing/planner.ts';

const access = `
  extend schema
    @link(url: "https://district-graph.cn/specs/access/v1.0", import: ["@access"])
    @composeDirective(name: "@access")
  directive @access(scope: String!, within: String, mask: String) repeatable on OBJECT | INTERFACE | FIELD_DEFINITION
`;

// Subgraphs that enforce nothing: what is seen here is the gateway's doing.
const elders = {
  name: 'elders',
  sdl: `${access}
    interface Person { id: ID! file: String @access(scope: "elder:health") }
    type Elder implements Person @key(fields: "id") @access(scope: "elder:read") {
      id: ID!
      name: String! @access(scope: "elder:identify", mask: "NAME")
      file: String @access(scope: "elder:health")
      grade: Int! @access(scope: "elder:health")
    }
    type Worker implements Person { id: ID! file: String @access(scope: "elder:health") }
    type Query { elder: Elder people: [Person!]! worker: Worker }
    type Mutation { register: Elder @access(scope: "elder:write") }
  `,
  resolvers: {
    Query: {
      elder: () => ({ __typename: 'Elder', id: '1' }),
      people: () => [
        { __typename: 'Worker', id: '9', file: 'w' },
        { __typename: 'Elder', id: '1' },
      ],
      worker: () => ({ id: '9', file: 'w' }),
    },
    Mutation: { register: () => ({ id: '2' }) },
    Elder: { ...referenceResolvers, name: () => '王**', file: () => 'ill', grade: () => 3 },
  },
};
const places = {
  name: 'places',
  sdl: `${access}
    type Place @key(fields: "id") { id: ID! name: String residents: [Elder!] @access(scope: "elder:read", within: "id") }
    type Elder @key(fields: "id", resolvable: false) @access(scope: "elder:read") { id: ID! }
    type Query { places: [Place!]! place: Place! }
  `,
  resolvers: {
    Query: {
      places: () => [
        { id: 'a', name: 'A' },
        { id: 'b', name: 'B' },
      ],
      place: () => ({ id: 'a', name: 'A' }),
    },
    Place: { residents: () => [{ id: '1' }] },
  },
};

let federation: Federation;
beforeAll(async () => {
  federation = await federate([elders, places]);
});
afterAll(() => federation.stop());

/** Of whom the scopes are known. */
const who = (...scopes: string[]): TestedViewer => ({ hasPermission: (scope) => scopes.includes(scope) });
const ask = async (query: string, viewer: TestedViewer) => {
  federation.calls();
  const { data, errors = [] } = await federation.request(query, {}, viewer);
  const asked = federation.calls().map((call) => call.query);
  const told = errors.map(
    ({ path, extensions }) => `${path?.join('.')} ${extensions?.code} ${extensions?.scope}`,
  );
  return { data, told, asked, errors };
};

describe('a field that the viewer may see nowhere', () => {
  it('is null with an error where it stands, in each entry of a list, and not asked for', async () => {
    const query = '{ places { name who: residents { id name } } }';
    expect(await ask(query, who('elder:read', 'elder:identify'))).toMatchObject({
      data: {
        places: [
          { name: 'A', who: [{ name: '王**' }] },
          { name: 'B', who: [{ name: '王**' }] },
        ],
      },
      told: [],
    });
    const { data, told, asked, errors } = await ask(query, who());
    expect(data).toEqual({
      places: [
        { name: 'A', who: null },
        { name: 'B', who: null },
      ],
    });
    expect(told).toEqual(['places.0.who FORBIDDEN elder:read', 'places.1.who FORBIDDEN elder:read']);
    expect(errors[0]?.locations).toEqual([{ line: 1, column: 17 }]);
    expect(asked).toEqual(['{places{name}}']);
  });

  it('takes its parent along where it cannot be null', async () => {
    expect(await ask('{ elder { id grade } place { id } }', who('elder:read'))).toMatchObject({
      data: { elder: null, place: { id: 'a' } },
      told: ['elder.grade FORBIDDEN elder:health'],
    });
  });

  it('is found behind interfaces and fragments', async () => {
    const { data, told, asked } = await ask(
      '{ people { id file ... on Elder { grade } } }',
      who('elder:read'),
    );
    expect(data).toBeNull();
    expect(told).toEqual([
      'people.0.file FORBIDDEN elder:health',
      'people.1.file FORBIDDEN elder:health',
      'people.1.grade FORBIDDEN elder:health',
    ]);
    expect(asked.join()).not.toContain('file');
    expect(
      await ask('{ people { ... on Elder { id } ... on Worker { id } } worker { id } }', who()),
    ).toMatchObject({
      data: null,
      told: ['people.1.id FORBIDDEN elder:read'],
    });
  });

  it('leaves the rest of the root to be answered, with nothing to fetch too', async () => {
    expect(await ask('{ elder { id } place { name } }', who())).toMatchObject({
      data: { elder: null, place: { name: 'A' } },
      told: ['elder FORBIDDEN elder:read'],
    });
    expect(await ask('{ __typename elder { id } }', who())).toMatchObject({
      data: { __typename: 'Query', elder: null },
      told: ['elder FORBIDDEN elder:read'],
      asked: [],
    });
    expect(await ask('{ place { residents { id } } }', who())).toMatchObject({
      data: { place: { residents: null } },
      told: ['place.residents FORBIDDEN elder:read'],
    });
  });

  it('is no matter to those who may see it, of the same operation, before or after', async () => {
    const query = '{ place { id residents { id } } }';
    for (const scopes of [[], ['elder:read'], [], ['elder:read', 'elder:health']]) {
      const { data } = await ask(query, who(...scopes));
      expect(data.place.residents).toEqual(scopes.length ? [{ id: '1' }] : null);
    }
  });

  it('is left out where @skip leaves it out', async () => {
    const query = 'query ($no: Boolean = true) { place { id residents @skip(if: $no) { id } } }';
    expect(await ask(query, who())).toMatchObject({ data: { place: { id: 'a' } }, told: [] });
  });

  it('is the subgraph’s matter where a mutation gives it', async () => {
    expect(await ask('mutation { register { id name } }', who('elder:write'))).toMatchObject({
      data: { register: { id: '2', name: '王**' } },
      told: [],
    });
  });
});

it('a masked field is asked for, since who may not see its value is shown the mask', async () => {
  expect(await ask('{ elder { name } }', who('elder:read'))).toMatchObject({
    data: { elder: { name: '王**' } },
    told: [],
  });
});

it('what was refused is told once for each run, outermost', async () => {
  const refused: unknown[] = [];
  const note: TestedViewer = { hasPermission: () => false, reportRefused: (...told) => refused.push(told) };
  await federation.request('mutation Add { register { id name } }', {}, note);
  expect(refused).toEqual([['Add', [{ field: 'Mutation.register', subgraph: 'elders' }]]]);
  refused.length = 0;
  await federation.request('query Look { place { id residents { id } } }', {}, note);
  expect(refused[0]).toEqual(['Look', [{ field: 'Place.residents', subgraph: 'places' }]]);
});
