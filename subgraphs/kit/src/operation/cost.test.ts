import { buildSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { actualCost } from '../execution/actual-cost.ts';
import { clientLimits } from './limits.ts';
import { type OperationError, ValidOperation } from './valid-operation.ts';

const schema = buildSchema(
  `
  type Query {
    road: Road
    roads: [Road!] @listSize(assumedSize: 5)
    unsaid: [Road!]
    some(first: Int, last: Int): [Road!] @listSize(assumedSize: 7, slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
    exactly(first: Int, last: Int): [Road!] @listSize(slicingArguments: ["first", "last"])
    defaulted(first: Int = 4): [Road!] @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
    page(first: Int): RoadConnection @listSize(assumedSize: 20, slicingArguments: ["first"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false)
    searched(text: String @cost(weight: 3)): Road
    trend(period: DateRange!, interval: TrendInterval!): [Road!]! @listSize(assumedSize: 60)
    trends(period: DateRange!): [Road!]! @listSize(assumedSize: 60)
    ways: [Way!] @listSize(assumedSize: 2)
    roadsById(ids: [ID!]!): [Road]! @listSize(assumedSize: 100)
    roadsNamed(names: [String!]!): [Road]! @listSize(assumedSize: 100)
    _entities(representations: [String!]!): [Road]!
  }
  input DateRange { from: String! to: String! }
  enum TrendInterval { DAY WEEK MONTH QUARTER YEAR }
  type Mutation { rename(name: String): Road }
  type RoadConnection { edges: [RoadEdge!] nodes: [Road!] total: Int }
  type RoadEdge { node: Road! }
  interface Way { id: ID! }
  type Road implements Way { id: ID! twin: Road name: Name survey: Survey length: Int @cost(weight: 6) grade: Grade pages(first: Int): RoadConnection @listSize(slicingArguments: ["first"], sizedFields: ["nodes"], assumedSize: 3, requireOneSlicingArgument: false) }
  type Path implements Way { id: ID! next: Path surveys: [Survey!] @listSize(assumedSize: 3) }
  type Survey @cost(weight: 4) { id: ID! }
  scalar Name @cost(weight: 2)
  enum Grade @cost(weight: 1) { A }
`,
  { assumeValidSDL: true },
);

const valid = (query: string, more = {}) =>
  new ValidOperation(query, null, schema, { limits: { ...clientLimits, maxCost: 0, ...more } });
const estimated = (query: string, variables: Record<string, unknown> = {}) => {
  const operation = valid(query);
  return operation.estimatedCost(operation.coerced(variables).values);
};

describe('the estimate', () => {
  it.each<[string, number]>([
    ['{ road { id } }', 1],
    ['{ road { twin { id name } } }', 4],
    ['{ roads { id twin { id } } }', 10],
    ['{ unsaid { id } }', 10],
    ['{ road { survey { id } length grade } }', 12],
    ['{ some(first: 3) { id } }', 3],
    ['{ some { id } }', 7],
    ['{ some(first: 3, last: 5) { id } }', 5],
    ['{ some(first: -3) { id } }', 0],
    ['{ some(first: null) { id } }', 7],
    ['{ defaulted { id } }', 4],
    ['{ roadsById(ids: ["a", "b", "c"]) { id } }', 3],
    ['{ roadsById(ids: "a") { id } }', 1],
    ['{ roadsNamed(names: ["a"]) { id } }', 100],
    ['{ exactly(last: 2) { id } }', 2],
    ['{ page(first: 3) { nodes { id } total } }', 4],
    ['{ page(first: 3) { edges { node { id } } nodes { id } } }', 10],
    ['{ page { ...P } } fragment P on RoadConnection { ... { nodes { id } } }', 21],
    ['{ page(first: 2) { nodes { pages(first: 10) { nodes { id } } } } }', 1 + 2 * (1 + 1 + 10)],
    ['{ searched(text: "a") { id } }', 4],
    ['{ trend(interval: DAY, period: { from: "2024-01-01", to: "2024-12-31" }) { id } }', 4 * 366],
    ['{ trend(interval: WEEK, period: { from: "2024-01-01", to: "2024-12-31" }) { id } }', 366],
    ['{ trend(interval: MONTH, period: { from: "2024-01-31", to: "2024-03-01" }) { id } }', 3],
    ['{ trend(interval: QUARTER, period: { from: "2024-01-01", to: "2024-01-01" }) { id } }', 2],
    ['{ trend(interval: YEAR, period: { from: "2020-12-31", to: "2025-01-01" }) { id } }', 6],
    ['{ trend(interval: DAY, period: { from: "2024-01-02", to: "2024-01-01" }) { id } }', 60],
    ['{ trends(period: { from: "2024-01-01", to: "2024-12-31" }) { id } }', 60],
    ['{ searched { id } }', 1],
    ['mutation { rename { id } }', 11],
    ['{ _entities(representations: ["a", "b", "c"]) { id } }', 3],
    ['{ road @skip(if: true) { id } roads @include(if: false) { id } }', 0],
    ['{ ways { id } }', 2],
    ['{ ways { ... on Road { twin { id } } ... on Path { surveys { id } } } }', 2 * (1 + 12)],
    [
      '{ ways { ... on Way { ... on Path { next { id } } } ...R } } fragment R on Road { twin { id } }',
      2 * (1 + 1 + 1),
    ],
    ['{ __schema { types { name } } __typename }', 0],
  ])('of %s is %i', (query, cost) => {
    expect(estimated(query)).toBe(cost);
  });

  it('depends on the variables that determine lengths and fields', () => {
    const query =
      'query ($first: Int, $with: Boolean!, $all: [String!]!) { page(first: $first) { nodes { id twin @include(if: $with) { id } } } _entities(representations: $all) { id } }';
    expect(estimated(query, { first: 10, with: false, all: [] })).toBe(11);
    expect(estimated(query, { first: 10, with: true, all: ['a', 'b'] })).toBe(23);
    expect(estimated(query, { first: null, with: false, all: [] })).toBe(21);
    expect(estimated(query, { with: false, all: [] })).toBe(21);
    const byKeys = 'query ($ids: [ID!]!) { roadsById(ids: $ids) { id twin { id } } }';
    expect(estimated(byKeys, { ids: ['a', 'b'] })).toBe(4);
  });

  it('respects the default values of variables', () => {
    expect(estimated('query ($first: Int = 6) { page(first: $first) { nodes { id } } }')).toBe(7);
    expect(estimated('query ($first: Int) { defaulted(first: $first) { id } }')).toBe(4);
  });

  it('refuses none or two slicing arguments if exactly one is required', () => {
    for (const query of ['{ exactly { id } }', '{ exactly(first: 1, last: 1) { id } }'])
      expect(() => estimated(query)).toThrow(/first, last/);
  });

  it('refuses an operation above the limit, and reports both numbers', () => {
    const operation = valid('query ($first: Int) { some(first: $first) { id } }', { maxCost: 50 });
    expect(() => operation.coerced({ first: 50 })).not.toThrow();
    try {
      operation.coerced({ first: 51 });
      expect.unreachable();
    } catch (error) {
      expect((error as OperationError).errors[0]?.extensions).toEqual({
        code: 'OPERATION_TOO_COSTLY',
        limit: 50,
        received: 51,
      });
    }
  });

  it('stays a number that JSON can represent, however the lists are nested', () => {
    const deep = `{ road { ${'pages(first: 2147483647) { nodes { '.repeat(5)} id ${'} }'.repeat(5)} } }`;
    expect(estimated(deep)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('the actual cost', () => {
  const actual = (query: string, data: unknown, conditions = {}) => {
    const { definition, fragments } = valid(query);
    return actualCost({ schema, definition, fragments, conditions }, data);
  };

  it.each<[string, unknown, number]>([
    ['{ road { id twin { id } } }', { road: { id: '1', twin: null } }, 1],
    ['{ road { id name length } }', { road: { id: '1', name: 'a', length: 1 } }, 9],
    [
      '{ page(first: 9) { nodes { id survey { id } } } }',
      {
        page: {
          nodes: [
            { id: '1', survey: { id: 's' } },
            { id: '2', survey: null },
          ],
        },
      },
      7,
    ],
    [
      '{ ways { id ... on Path { surveys { id } } } }',
      { ways: [{ id: '1' }, { id: '2', surveys: [{ id: 's' }] }] },
      6,
    ],
    ['{ searched(text: "a") { id } }', { searched: null }, 3],
    ['mutation { rename { id } }', { rename: { id: '1' } }, 11],
    ['{ road { id } }', null, 0],
    ['{ road { id } road { twin { id } } }', { road: { id: '1', twin: { id: '2' } } }, 2],
  ])('of %s', (query, data, cost) => {
    expect(actual(query, data)).toBe(cost);
  });

  it('is no more than estimated if lists are as long as declared', () => {
    const query = '{ page(first: 2) { nodes { id name } } }';
    const data = {
      page: {
        nodes: [
          { id: '1', name: 'a' },
          { id: '2', name: 'b' },
        ],
      },
    };
    expect(actual(query, data)).toBe(estimated(query));
  });
});

it('counts a fragment at each of its spreads', () => {
  const fragments = Array.from(
    { length: 10 },
    (_, index) => `fragment F${index + 1} on Road { a: twin { ...F${index} } b: twin { ...F${index} } }`,
  );
  const document = `{ road { ...F10 } } fragment F0 on Road { id } ${fragments.join(' ')}`;
  const operation = new ValidOperation(document, null, schema, {
    limits: { ...clientLimits, maxAliases: 10_000, maxSelections: 10_000, maxCost: 0 },
  });
  expect(operation.estimatedCost({})).toBe(1 + 2 ** 11 - 2);
});
