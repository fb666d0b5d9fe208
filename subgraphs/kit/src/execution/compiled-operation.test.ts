import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, GraphQLError, GraphQLScalarType, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { Operations } from './operations.ts';

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@interfaceObject"])
  scalar Day
  enum Grade { GOOD POOR }
  input Period { from: Day!, to: Day, grades: [Grade!] = [GOOD] }
  interface Named { name: String }
  type Road implements Named @key(fields: "id") { id: ID! name: String grade: Grade length: Float! crew: Crew twin: Road lanes: [Int!] runs(period: Period, first: Int = 3): [Run!] }
  type Crew implements Named @key(fields: "id") { id: ID! name: String! members: [String] lead: String! }
  type Run { day: Day! steps: [[Int]] by: Named late: Boolean }
  type Place @key(fields: "code") @interfaceObject { code: ID! roads: [Road!]! count: Int }
  union Any = Road | Crew
  type Shelf { label: String shelf: Shelf shelves: [Shelf] full: [Shelf!] grid: [[Shelf]] made: Shelf failing: Shelf throwing: Shelf }
  type Query { road(id: ID!): Road roads(first: Int): [Road!]! any: [Any] named: Named broken: Int! later: String args(day: Day, period: Period, list: [Int!]): String shelf: Shelf }
  type Mutation { step(n: Int!): Int fail: Int! }
`);
const day = new GraphQLScalarType({
  name: 'Day',
  serialize: (value) => `${value}`,
  parseValue: (value) => {
    if (typeof value !== 'string' || !/^\d{4}-/.test(value)) throw new GraphQLError('a day was expected');
    return value;
  },
});
const soon = <Value>(value: Value) => Promise.resolve(value);
const roads = ['1', '2', '3'].map((id) => ({
  __typename: 'Road',
  id,
  name: id === '2' ? null : `文化"路" ${id}`,
  grade: id === '3' ? 'WORN' : 'GOOD',
  length: Number(id) * 1.5,
  lanes: id === '2' ? [1, null] : [1, 2],
}));
const crew = { __typename: 'Crew', id: 'c', name: '一班', members: ['甲', null, '乙'], lead: null };
/** Plain properties may have any value. */
const shelf = {
  label: '甲',
  shelves: [null, {}, undefined, { label: null }, soon({ label: '乙' }), new Error('no shelf')],
  full: [{}, null],
  grid: [[null], null, [{}]],
  shelf: { label: () => '丙', shelf: soon({ label: '丁' }) },
  made: () => null,
  failing: () => {
    throw new Error('forbidden');
  },
  get throwing(): never {
    throw new Error('throwing');
  },
};
let stepped = 0;
const resolvers = {
  Day: day,
  Query: {
    road: (_root: unknown, { id }: { id: string }) => soon(roads.find((road) => road.id === id) ?? null),
    roads: (_root: unknown, { first }: { first?: number }) => roads.slice(0, first ?? 2),
    any: () => [soon(roads[0]), crew, null, soon({ __typename: 'Nothing' })],
    named: () => crew,
    shelf: () => shelf,
    broken: () => {
      throw new GraphQLError('坏 broken', { extensions: { code: 'BAD_USER_INPUT' } });
    },
    later: () => Promise.reject(new GraphQLError('later', { extensions: { code: 'NOT_FOUND' } })),
    args: (_root: unknown, args: object) => JSON.stringify(args),
  },
  Mutation: {
    step: async (_root: unknown, { n }: { n: number }) => {
      await soon(null);
      stepped = stepped * 10 + n;
      return stepped;
    },
    fail: () => null,
  },
  Named: { __resolveType: (value: { __typename: string }) => soon(value.__typename) },
  Road: {
    __resolveReference: ({ id }: { id: string }) => soon(roads.find((road) => road.id === id) ?? null),
    crew: ({ id }: { id: string }) => (id === '1' ? soon(crew) : null),
    twin: ({ id }: { id: string }) => roads.find((road) => road.id !== id),
    runs: ({ id }: { id: string }, args: { first: number }) =>
      id === '2'
        ? new GraphQLError('no runs', { extensions: { code: 'NOT_FOUND' } })
        : [
            soon({ day: '2026-01-01', steps: [[1, null], null, []], by: crew, late: args.first > 3 }),
            { day: id === '3' ? null : '2026-01-02', steps: null, by: soon(roads[0]), late: false },
          ],
  },
  Crew: { __resolveReference: () => new GraphQLError('gone', { extensions: { code: 'NOT_FOUND' } }) },
  Place: {
    __resolveReference: ({ code }: { code: string }) => ({ code }),
    roads: () => soon(roads),
    count: () => 2 ** 31,
  },
};
const schema = buildSubgraphSchema([{ typeDefs, resolvers }] as Parameters<typeof buildSubgraphSchema>[0]);
const operations = new Operations(schema, () => {});

const entities = 'query ($r: [_Any!]!) { _entities(representations: $r) {';
const refs = [
  { __typename: 'Road', id: '1' },
  { __typename: 'Place', code: '410105' },
  { __typename: 'Road', id: '9' },
  { __typename: 'Crew', id: 'c' },
  { __typename: 'Nothing', id: '1' },
];

describe('a compiled operation has the result of graphql-js', () => {
  it.each<[string, string, object?]>([
    ['leaves, lists and nulls', '{ roads(first: 3) { id name length lanes } }'],
    ['an invalid enum value', '{ roads(first: 3) { id grade } }'],
    ['a null in a non-null place, up to the next nullable', '{ road(id: "1") { name crew { name lead } } }'],
    [
      'a null in a list of non-null entries',
      '{ roads(first: 3) { id runs { day steps late by { name __typename } } } }',
    ],
    ['an error that takes all', '{ broken roads { id } }'],
    ['a rejection and its siblings', '{ later roads { id } }'],
    [
      'unions, with entries that are no type of it',
      '{ any { __typename ... on Road { id } ... on Crew { n: name } } }',
    ],
    [
      'interfaces by a type that comes later',
      '{ named { name ... on Crew { members } ... on Road { id } } }',
    ],
    [
      'fields merged from fragments',
      '{ roads { ...A twin { id } } } fragment A on Road { twin { name ...B } } fragment B on Named { name }',
    ],
    [
      'skip and include',
      'query ($y: Boolean!, $n: Boolean = false) { roads { id @include(if: $y) name @skip(if: $y) ... @include(if: $n) { length } } }',
      { y: true },
    ],
    [
      'arguments: literals, defaults, nulls',
      '{ a: args(day: "2026-01-01", list: [1, 2]) b: args(period: {from: "2026-01-01", grades: [POOR]}) c: args(day: null, list: 3) d: args }',
    ],
    [
      'arguments by variables',
      'query ($d: Day, $p: Period!, $n: Int! = 4) { args(day: $d, period: $p, list: [$n, 5]) road(id: "1") { runs(first: $n) { late } } }',
      { p: { from: '2026-02-01', to: null } },
    ],
    ['a literal that its scalar refuses', '{ args(day: "x") }'],
    ['a variable that its scalar refuses', 'query ($d: Day) { args(day: $d) }', { d: 3 }],
    ['a missing variable', 'query ($id: ID!) { road(id: $id) { id } }'],
    [
      'entities of several types, missing ones, failing ones',
      `${entities} __typename ... on Road { id name crew { id } } ... on Place { code roads { id } } ... on Crew { name } } }`,
      { r: refs },
    ],
    [
      'entities with a number too large',
      `${entities} ... on Place { code count } } }`,
      { r: refs.slice(1, 2) },
    ],
    [
      'entities under conditions',
      `query ($r: [_Any!]!, $more: Boolean = false, $p: Period) { _entities(representations: $r) { ... on Road @include(if: $more) { id } ... on Road { name runs(period: $p) { late } } } }`,
      { r: refs.slice(0, 1), more: true, p: { from: '2026-01-01' } },
    ],
    [
      'missing values, of which only the type is selected',
      '{ shelf { shelves { __typename } grid { __typename } made { __typename } } }',
    ],
    ['a null among entries that must be', '{ shelf { full { __typename } } }'],
    ['lists of errors and promises', '{ shelf { label shelves { label } shelf { label shelf { label } } } }'],
    [
      'objects without selected fields',
      '{ shelf { shelves { label @skip(if: true) } made { label @skip(if: true) } } }',
    ],
    ['a property that is a method', '{ shelf { failing { __typename } label } }'],
    ['a property that throws', '{ shelf { throwing { label } label } }'],
    ['the service', '{ _service { sdl } __typename }'],
    [
      'introspection',
      '{ __schema { queryType { name } } __type(name: "Road") { fields { name } } roads { id } }',
    ],
    ['the same alias at two places', '{ x: road(id: "1") { y: name } roads { y: id } }'],
    ['mutations one after another', 'mutation { a: step(n: 1) b: step(n: 2) c: step(n: 3) }'],
    ['a mutation that fails after others', 'mutation { a: step(n: 1) fail b: step(n: 2) }'],
  ])('%s', async (_what, query, variables = {}) => {
    stepped = 0;
    const { body } = await operations.answer(
      {
        query,
        operationName: null,
        variables: variables as Record<string, unknown>,
        extensions: null,
        method: 'POST',
      },
      () => ({}),
    );
    const ours = JSON.parse(String(body));
    stepped = 0;
    const theirs = await execute({
      schema,
      document: parse(query),
      variableValues: variables as Record<string, unknown>,
      contextValue: {},
    });
    const invalid = validate(schema, parse(query));
    if (invalid.length) {
      expect(ours.data).toBeUndefined();
      expect(ours.errors).toHaveLength(invalid.length);
      return;
    }
    // Compared as text, since the order of fields matters.
    expect(JSON.stringify(ours.data ?? null)).toBe(JSON.stringify(theirs.data ?? null));
    const places = (errors: readonly { path?: readonly unknown[] }[] = []) =>
      errors.map(({ path }) => JSON.stringify(path ?? [])).sort();
    expect(places(ours.errors)).toEqual(places(theirs.errors));
  });
});

it('reports a value that JSON cannot represent at its own path, and answers the rest', async () => {
  const odd = buildSubgraphSchema([
    {
      typeDefs: parse('scalar Odd type Query { odd: [Odd] rest: String }'),
      resolvers: {
        Odd: new GraphQLScalarType({ name: 'Odd', serialize: (value) => value }),
        Query: {
          odd: () => ['a', Symbol('b'), { c: 1 }],
          rest: () => '其余',
        },
      },
    },
  ] as Parameters<typeof buildSubgraphSchema>[0]);
  const { body } = await new Operations(odd, () => {}).answer(
    { query: '{ odd rest }', operationName: null, variables: null, extensions: null, method: 'POST' },
    () => ({}),
  );
  const { data, errors } = JSON.parse(String(body));
  expect(data).toEqual({ odd: ['a', null, { c: 1 }], rest: '其余' });
  expect(errors).toMatchObject([{ path: ['odd', 1] }]);
});
