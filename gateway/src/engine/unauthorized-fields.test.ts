import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate, type TestedViewer } from '../testing/federation.ts';
import { referenceResolvers } from '../testing/planner.ts';

const access = `
  extend schema
    @link(url: "https://district-graph.cn/specs/access/v1.0", import: ["@access"])
    @composeDirective(name: "@access")
  directive @access(scope: String!, within: String, mask: String) repeatable on OBJECT | INTERFACE | FIELD_DEFINITION
`;

// The subgraphs enforce nothing, so that every refusal here is the gateway's.
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

/** A viewer with known scopes. */
const viewerWith = (...scopes: string[]): TestedViewer => ({
  hasPermission: (scope) => scopes.includes(scope),
});
const execute = async (query: string, viewer: TestedViewer) => {
  federation.calls();
  const { data, errors = [] } = await federation.request(query, {}, viewer);
  const fetched = federation.calls().map((call) => call.query);
  const reported = errors.map(
    ({ path, extensions }) => `${path?.join('.')} ${extensions?.code} ${extensions?.scope}`,
  );
  return { data, reported, fetched, errors };
};

describe('a field whose scope the viewer has in no division', () => {
  it('is null with an error at its path, in each entry of a list, and is not fetched', async () => {
    const query = '{ places { name who: residents { id name } } }';
    expect(await execute(query, viewerWith('elder:read', 'elder:identify'))).toMatchObject({
      data: {
        places: [
          { name: 'A', who: [{ name: '王**' }] },
          { name: 'B', who: [{ name: '王**' }] },
        ],
      },
      reported: [],
    });
    const { data, reported, fetched, errors } = await execute(query, viewerWith());
    expect(data).toEqual({
      places: [
        { name: 'A', who: null },
        { name: 'B', who: null },
      ],
    });
    expect(reported).toEqual(['places.0.who FORBIDDEN elder:read', 'places.1.who FORBIDDEN elder:read']);
    expect(errors[0]?.locations).toEqual([{ line: 1, column: 17 }]);
    expect(fetched).toEqual(['{places{name}}']);
  });

  it('makes its parent null where it is non-null', async () => {
    expect(await execute('{ elder { id grade } place { id } }', viewerWith('elder:read'))).toMatchObject({
      data: { elder: null, place: { id: 'a' } },
      reported: ['elder.grade FORBIDDEN elder:health'],
    });
  });

  it('is refused behind interfaces and fragments too', async () => {
    const { data, reported, fetched } = await execute(
      '{ people { id file ... on Elder { grade } } }',
      viewerWith('elder:read'),
    );
    expect(data).toBeNull();
    expect(reported).toEqual([
      'people.0.file FORBIDDEN elder:health',
      'people.1.file FORBIDDEN elder:health',
      'people.1.grade FORBIDDEN elder:health',
    ]);
    expect(fetched.join()).not.toContain('file');
    expect(
      await execute('{ people { ... on Elder { id } ... on Worker { id } } worker { id } }', viewerWith()),
    ).toMatchObject({
      data: null,
      reported: ['people.1.id FORBIDDEN elder:read'],
    });
  });

  it('leaves the other root fields, even if nothing needs to be fetched for them', async () => {
    expect(await execute('{ elder { id } place { name } }', viewerWith())).toMatchObject({
      data: { elder: null, place: { name: 'A' } },
      reported: ['elder FORBIDDEN elder:read'],
    });
    expect(await execute('{ __typename elder { id } }', viewerWith())).toMatchObject({
      data: { __typename: 'Query', elder: null },
      reported: ['elder FORBIDDEN elder:read'],
      fetched: [],
    });
    expect(await execute('{ place { residents { id } } }', viewerWith())).toMatchObject({
      data: { place: { residents: null } },
      reported: ['place.residents FORBIDDEN elder:read'],
    });
  });

  it('does not affect viewers with the scope that send the same operation before or after', async () => {
    const query = '{ place { id residents { id } } }';
    for (const scopes of [[], ['elder:read'], [], ['elder:read', 'elder:health']]) {
      const { data } = await execute(query, viewerWith(...scopes));
      expect(data.place.residents).toEqual(scopes.length ? [{ id: '1' }] : null);
    }
  });

  it('has no error where @skip leaves it out', async () => {
    const query = 'query ($no: Boolean = true) { place { id residents @skip(if: $no) { id } } }';
    expect(await execute(query, viewerWith())).toMatchObject({ data: { place: { id: 'a' } }, reported: [] });
  });

  it('is decided by the subgraph where a mutation returns it', async () => {
    expect(await execute('mutation { register { id name } }', viewerWith('elder:write'))).toMatchObject({
      data: { register: { id: '2', name: '王**' } },
      reported: [],
    });
  });
});

it('a masked field is fetched, since viewers without the scope get the masked value', async () => {
  expect(await execute('{ elder { name } }', viewerWith('elder:read'))).toMatchObject({
    data: { elder: { name: '王**' } },
    reported: [],
  });
});

it('refused fields are reported once for each execution, without the fields inside them', async () => {
  const refused: unknown[] = [];
  const note: TestedViewer = {
    hasPermission: () => false,
    reportRefused: (...reported) => refused.push(reported),
  };
  await federation.request('mutation Add { register { id name } }', {}, note);
  expect(refused).toEqual([['Add', [{ field: 'Mutation.register', subgraph: 'elders' }]]]);
  refused.length = 0;
  await federation.request('query Look { place { id residents { id } } }', {}, note);
  expect(refused[0]).toEqual(['Look', [{ field: 'Place.residents', subgraph: 'places' }]]);
});
