import { buildSchema, getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { Operations } from '../execution/operations.ts';
import type { GraphQLOperation } from './graphql-operation.ts';
import { clientLimits, type OperationLimits } from './limits.ts';

const schema = buildSchema(`
  type Road { id: ID! twin: Road name: String }
  input Filter { names: [String!] filter: Filter }
  scalar _Any
  type Query {
    road(names: [String!], filter: Filter): Road
    roads: [Road!]
    _entities(representations: [_Any!]!): [Road]!
  }
`);

async function refusal(
  query: string,
  limits: Partial<OperationLimits> = {},
  variables: GraphQLOperation['variables'] = null,
) {
  const operations = new Operations(schema, () => {}, { ...clientLimits, ...limits });
  const operation = { query, operationName: null, variables, extensions: null, method: 'POST' as const };
  const { executed, status, body } = await operations.answer(operation, () => ({}));
  const { data, errors } = JSON.parse(String(body));
  const [first] = errors ?? [];
  return { executed, status, data, message: first?.message, extensions: first?.extensions };
}

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const nested = (levels: number) => `{ road { ${'twin { '.repeat(levels)} id ${'} '.repeat(levels)} } }`;

describe('an operation that exceeds a limit is refused with the code, the received and the allowed number', () => {
  it.each<[string, Partial<OperationLimits>, string, object]>([
    ['OPERATION_TOO_LONG', { maxTokens: 20 }, `{ ${many(20, () => 'road { id }')} }`, { limit: 20 }],
    ['OPERATION_TOO_LONG', {}, `{ ${'a'.repeat(257)}: __typename }`, { limit: 256, received: 257 }],
    ['OPERATION_TOO_LONG', {}, `query ${'Q'.repeat(300)} { __typename }`, { limit: 256, received: 300 }],
    [
      'OPERATION_TOO_LONG',
      {},
      `{ ...${'F'.repeat(257)} } fragment ${'F'.repeat(257)} on Query { __typename }`,
      { limit: 256, received: 257 },
    ],
    ['OPERATION_TOO_DEEP', { maxDepth: 5 }, nested(4), { limit: 5, received: 6 }],
    ['OPERATION_TOO_COMPLEX', { maxSelections: 10 }, `{ road { ${many(20, () => 'id')} } }`, { limit: 10 }],
    [
      'TOO_MANY_ALIASES',
      { maxAliases: 3 },
      `{ ...F ...G } fragment F on Query { ${many(2, (index) => `a${index}: roads { id }`)} } fragment G on Query { ${many(2, (index) => `b${index}: roads { id }`)} }`,
      { limit: 3, received: 4 },
    ],
    ['TOO_MANY_ALIASES', {}, `{ ${many(101, (index) => `a${index}: __typename`)} }`, { limit: 100 }],
    [
      'TOO_MANY_ROOT_FIELDS',
      { maxRootFields: 2 },
      '{ road { id } ...F } fragment F on Query { roads { id } __typename }',
      { limit: 2, received: 3 },
    ],
    ['TOO_MANY_DIRECTIVES', {}, `{ __typename ${'@aa'.repeat(10)} }`, { limit: 5, received: 10 }],
    [
      'TOO_MANY_DIRECTIVES',
      { maxDirectives: 3 },
      `{ ${many(4, () => '__typename @include(if: true)')} }`,
      { limit: 3, received: 4 },
    ],
    [
      'TOO_MANY_FRAGMENTS',
      { maxFragments: 2 },
      `{ ${many(3, (index) => `...F${index}`)} } ${many(3, (index) => `fragment F${index} on Query { __typename }`)}`,
      { limit: 2, received: 3 },
    ],
    ['OPERATION_TOO_COSTLY', { maxCost: 10 }, '{ roads { twin { id } } }', { limit: 10, received: 20 }],
    [
      'TOO_MANY_REPRESENTATIONS',
      { maxRepresentations: 2 },
      '{ _entities(representations: [{}, {}, {}]) { id } }',
      { limit: 2, received: 3 },
    ],
  ])('%s', async (code, limits, query, extensions) => {
    const { executed, status, data, message, ...error } = await refusal(query, limits);
    expect([executed, status, data]).toEqual([false, 400, undefined]);
    expect(error.extensions).toMatchObject({ code, ...extensions });
    expect(message).toMatch(/不得超过 \d+.*At most \d+/);
  });

  it.each<[string, Partial<OperationLimits>, unknown, object]>([
    [
      'depth',
      { maxVariableDepth: 3 },
      { filter: { filter: { filter: {} } } },
      { code: 'VARIABLES_TOO_LARGE', limit: 3, received: 4 },
    ],
    [
      'length of a list',
      { maxListLength: 2 },
      { names: ['a', 'b', 'c'] },
      { code: 'VARIABLES_TOO_LARGE', limit: 2, received: 3 },
    ],
    ['number', { maxVariableValues: 4 }, { names: ['a', 'b', 'c', 'd'] }, { code: 'VARIABLES_TOO_LARGE' }],
  ])('variables by their %s', async (_what, limits, filter, extensions) => {
    const query = 'query ($filter: Filter) { road(filter: $filter) { id } }';
    const refused = await refusal(query, limits, { filter });
    expect([refused.status, refused.data]).toEqual([400, undefined]);
    expect(refused.extensions).toMatchObject(extensions);
    expect((await refusal(query, {}, { filter })).executed).toBe(true);
  });

  it('variables that the operation does not declare count as well', async () => {
    const { extensions } = await refusal('{ road { id } }', { maxListLength: 2 }, { other: [1, 2, 3] });
    expect(extensions.code).toBe('VARIABLES_TOO_LARGE');
  });

  it('representations in a variable of any name', async () => {
    const query = 'query ($all: [_Any!]!) { _entities(representations: $all) { id } }';
    const all = Array.from({ length: 1001 }, () => ({}));
    const { extensions } = await refusal(query, { maxListLength: 5000 }, { all });
    expect(extensions).toEqual({ code: 'TOO_MANY_REPRESENTATIONS', limit: 1000, received: 1001 });
    expect((await refusal(query, {}, { all: all.slice(1) })).executed).toBe(true);
  });
});

it('cyclic fragments are refused', async () => {
  const circle = many(10, (index) => `fragment F${index} on Road { twin { ...F${(index + 1) % 10} } }`);
  const { status, extensions } = await refusal(`{ road { ...F0 } } ${circle}`);
  expect([status, extensions.code]).toEqual([undefined, 'GRAPHQL_VALIDATION_FAILED']);
});

it('nesting across fragments and inline fragments is no deeper than counting can follow', async () => {
  const levels = '... { '.repeat(150);
  const chain = many(
    90,
    (index) => `fragment F${index} on Query { ${levels} ...F${index + 1} ${'} '.repeat(150)} }`,
  );
  const { extensions } = await refusal(`{ ...F0 } ${chain} fragment F90 on Query { __typename }`, {
    maxTokens: 1_000_000,
    maxSelections: 1_000_000,
  });
  expect(extensions.code).toBe('OPERATION_TOO_DEEP');
});

it('an error for a misspelled name suggests the right one only where the schema can be read', async () => {
  for (const query of [
    '{ raod { id } }',
    '{ road { idd } }',
    '{ road(nams: 1) { id } }',
    '{ ... on Raod { id } }',
  ]) {
    const { message } = await refusal(query, { hasIntrospection: false });
    expect(message).not.toMatch(/Did you mean/);
    expect((await refusal(query)).message).toMatch(/Did you mean/);
  }
});

describe('introspection', () => {
  it('of the schema is allowed once in an operation, of single types a few times', async () => {
    const schemas = (count: number) =>
      `{ ${many(count, (index) => `s${index}: __schema { queryType { name } }`)} }`;
    const types = (count: number) =>
      `{ ${many(count, (index) => `t${index}: __type(name: "Road") { name }`)} }`;
    expect((await refusal(schemas(49))).extensions).toEqual({
      code: 'OPERATION_TOO_COMPLEX',
      limit: 1,
      received: 49,
    });
    expect(
      (
        await refusal(
          '{ a: __schema { queryType { name } } ...F } fragment F on Query { __schema { queryType { name } } }',
        )
      ).extensions,
    ).toMatchObject({ limit: 1, received: 2 });
    expect(
      await refusal(
        '{ __schema { queryType { name } } ...F } fragment F on Query { __schema { types { name } } }',
      ),
    ).toMatchObject({ executed: true });
    expect((await refusal(types(11))).extensions).toMatchObject({ code: 'OPERATION_TOO_COMPLEX', limit: 10 });
    expect(await refusal(types(10))).toMatchObject({ executed: true });
  });

  it('with the whole query that playgrounds send is within the limits', async () => {
    const query = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, oneOf: true });
    expect(await refusal(query)).toMatchObject({ executed: true, data: { __schema: {} } });
  });

  it('of types nested in the types of their fields is refused', async () => {
    const query =
      '{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }';
    expect((await refusal(query)).extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('can be turned off, with __typename still allowed', async () => {
    const off = { hasIntrospection: false };
    for (const query of [
      getIntrospectionQuery(),
      '{ __type(name: "Road") { name } }',
      '{ ...F } fragment F on Query { a: __schema { types { name } } }',
    ])
      expect(await refusal(query, off)).toMatchObject({
        executed: false,
        status: 400,
        extensions: { code: 'INTROSPECTION_OFF' },
      });
    expect((await refusal('{ __typename }', off)).data).toEqual({ __typename: 'Query' });
  });
});

describe('a field with the same response key in a selection set', () => {
  const spread = (count: number, inside: (index: number) => string) =>
    `{ road { ${many(count, (index) => `...F${index}`)} } } ${many(count, (index) => `fragment F${index} on Road { ${inside(index)} }`)}`;

  it('counts once, in however many fragments', async () => {
    const limits = { maxAliases: 2 };
    const same = spread(12, () => '__isRoad: __typename twin { __isRoad: __typename }');
    expect(await refusal(same, limits)).toMatchObject({ executed: true });
    expect((await refusal(same, { maxAliases: 1 })).extensions).toEqual({
      code: 'TOO_MANY_ALIASES',
      limit: 1,
      received: 2,
    });
  });

  it('counts once for each alias or set of arguments', async () => {
    const names = spread(12, (index) => `a${index}: name`);
    expect((await refusal(names, { maxAliases: 2 })).extensions).toMatchObject({ received: 12 });
    const places = spread(3, (index) => `a${index}: twin { x: name }`);
    expect((await refusal(places, { maxAliases: 5 })).extensions).toMatchObject({ received: 6 });
  });
});

describe('a document', () => {
  it('may have a limited number of operations', async () => {
    const query = many(1500, (index) => `query Q${index} { __typename }`);
    expect(await refusal(query)).toMatchObject({
      status: 400,
      extensions: { code: 'TOO_MANY_OPERATIONS', limit: 100, received: 1500 },
    });
  });

  it('is counted with unused fragments', async () => {
    const doubling = many(25, (level) => `fragment F${level + 1} on Road { ...F${level} ...F${level} }`);
    const { extensions } = await refusal(`{ __typename } fragment F0 on Road { id } ${doubling}`);
    expect(extensions).toMatchObject({ code: 'OPERATION_TOO_COMPLEX', limit: 5000 });
  });

  it.each([
    ['99 unused fragments', `{ __typename } ${many(99, (index) => `fragment F${index} on Road { id }`)}`],
    ['60 unknown fields', `{ road { ${many(60, (index) => `nope${index}`)} } }`],
  ])('with %s is answered with ten errors at most', async (_what, query) => {
    const operations = new Operations(schema, () => {}, clientLimits);
    const operation = {
      query,
      operationName: null,
      variables: null,
      extensions: null,
      method: 'POST' as const,
    };
    const { body } = await operations.answer(operation, () => ({}));
    expect(JSON.parse(String(body)).errors).toHaveLength(10);
  });
});

it('representations are counted across all _entities fields of an operation', async () => {
  const representations = Array.from({ length: 20 }, () => ({ __typename: 'Road', id: '1' }));
  const query = `query ($r: [_Any!]!) { ${many(100, (index) => `e${index}: _entities(representations: $r) { id }`)} }`;
  const { extensions } = await refusal(query, { maxRootFields: 200, maxCost: 0 }, { r: representations });
  expect(extensions).toEqual({ code: 'TOO_MANY_REPRESENTATIONS', limit: 1000, received: 2000 });
});
