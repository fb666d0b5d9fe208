import { execute, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { graphError } from '../errors.ts';
import type { GraphQLOperation } from '../operation/graphql-operation.ts';
import { subgraphLimits } from '../operation/limits.ts';
import { buildExecutableSchema } from '../schema/executable-schema.ts';
import { Operations } from './operations.ts';

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
  scalar Long
  scalar Date
  type Road @key(fields: "id") { id: ID! twin: Road! name: String ways: [Road!] }
  type Query {
    road: Road roads: [Road!] long: Long since(day: Date): String
    fails: String failsLater: String must: String! mustLater: String! masked: String
  }
  type Mutation { step(by: Int!): Int! refuse: Int! refuseLater: Int! maybe: Int }
`;
const refusal = () => graphError('BAD_USER_INPUT', '不行。 No.');
const soon = <Value>(value: Value) => Promise.resolve(value);
let steps: string[] = [];
const schema = buildExecutableSchema(sdl, [
  {
    Query: {
      road: () => ({ id: '1', twin: null }),
      roads: () => [{ id: '1' }, soon({ id: '2', twin: null }), { id: '3', twin: { id: null } }],
      long: () => 'no number',
      since: (_root, { day }: { day?: string }) => day,
      fails: () => {
        throw refusal();
      },
      failsLater: () => soon(null).then(() => Promise.reject(refusal())),
      must: () => null,
      mustLater: () => soon(null),
      masked: () => Promise.reject(new Error('relation "elder" at 10.0.0.1')),
    },
    Road: { ways: () => Array.from({ length: 30 }, () => ({ id: '1' })) },
    Mutation: {
      step: async (_root, { by }: { by: number }) => {
        await soon(null);
        steps.push(String(by));
        return by;
      },
      refuse: () => {
        steps.push('refuse');
        throw refusal();
      },
      refuseLater: () => soon(null).then(() => Promise.reject(refusal())),
      maybe: () => null,
    },
  },
]);
const logged: Record<string, unknown>[] = [];
const operations = new Operations(schema, (event) => logged.push(event), { ...subgraphLimits, maxCost: 0 });

async function answerTo(query: string, more: Partial<GraphQLOperation> = {}) {
  const operation = {
    query,
    operationName: null,
    variables: null,
    extensions: null,
    method: 'POST',
  } as const;
  const answer = await operations.answer({ ...operation, ...more }, () => ({}));
  const { data, errors } = JSON.parse(String(answer.body)) as {
    data?: unknown;
    errors?: {
      message: string;
      path?: unknown[];
      locations?: unknown[];
      extensions: { code: string; traceId?: string };
    }[];
  };
  return { ...answer, data, errors, codes: errors?.map(({ extensions }) => extensions.code) };
}

describe('one error is reported for each null', () => {
  it.each([
    '{ must mustLater fails failsLater }',
    '{ fails must }',
    '{ mustLater road { id } }',
    '{ road { twin { id } a: twin { id } } fails }',
    '{ roads { id twin { id twin { id } } } failsLater }',
  ])('like graphql-js: %s', async (query) => {
    const { data, errors } = await answerTo(query);
    const theirs = await execute({ schema, document: parse(query), contextValue: {} });
    expect(data).toEqual(theirs.data);
    expect(errors?.map(({ path, locations }) => ({ path, locations }))).toEqual(
      JSON.parse(JSON.stringify(theirs.errors?.map(({ path, locations }) => ({ path, locations })))),
    );
  });
});

describe('mutations', () => {
  it.each([
    ['mutation { a: step(by: 1) b: step(by: 2) }', ['1', '2']],
    ['mutation { a: step(by: 1) refuse b: step(by: 2) }', ['1', 'refuse']],
    ['mutation { a: step(by: 1) refuseLater b: step(by: 2) }', ['1']],
    ['mutation { maybe a: step(by: 1) }', ['1']],
  ])('run one after another until an error propagates to the root: %s', async (query, expected) => {
    steps = [];
    await answerTo(query);
    expect(steps).toEqual(expected);
    steps = [];
    await execute({ schema, document: parse(query), contextValue: {} });
    expect(steps).toEqual(expected);
  });

  it('are not executed for a GET', async () => {
    steps = [];
    const { status, executed } = await answerTo('mutation { step(by: 1) }', { method: 'GET' });
    expect([status, executed, steps]).toEqual([405, false, []]);
  });
});

it('answers null, not invalid JSON, for NaN', async () => {
  expect((await answerTo('{ long road { id } }')).data).toEqual({ long: null, road: { id: '1' } });
});

it('ends an execution whose answer has too many values', async () => {
  const query = `{ road { ${'ways { '.repeat(8)} id ${'} '.repeat(8)} } }`;
  const { data, errors } = await answerTo(query);
  expect(data).toBeNull();
  expect(errors).toHaveLength(1);
  expect(errors?.[0]?.extensions).toEqual({ code: 'ANSWER_TOO_LARGE', limit: 500_000 });
});

it.each<[string, string, Partial<GraphQLOperation>]>([
  ['GRAPHQL_PARSE_FAILED', '{ road', {}],
  ['GRAPHQL_VALIDATION_FAILED', '{ raod { id } }', {}],
  ['BAD_USER_INPUT', '{ since(day: "2023-02-29") }', {}],
  ['BAD_USER_INPUT', 'query ($day: Date) { since(day: $day) }', { variables: { day: 'x' } }],
  ['OPERATION_RESOLUTION_FAILURE', 'query A { long } query B { long }', {}],
  ['OPERATION_RESOLUTION_FAILURE', 'query A { long }', { operationName: 'C' }],
  [
    'OPERATION_TOO_COMPLEX',
    `{ road { ${'...F '.repeat(101)} } } fragment F on Road { ${'id '.repeat(200)} }`,
    {},
  ],
])('refuses with %s: %.60s', async (code, query, more) => {
  const { executed, status, codes, errors, data } = await answerTo(query, more);
  expect([executed, status, codes?.[0], data]).toEqual([
    false,
    code === 'OPERATION_TOO_COMPLEX' ? 400 : undefined,
    code,
    undefined,
  ]);
  expect(errors?.[0]?.message).toMatch(/\p{Script=Han}/u);
});

it('executes the named operation, each on its own', async () => {
  const query = 'query A { a: long } query B { b: long }';
  expect((await answerTo(query, { operationName: 'A' })).data).toEqual({ a: null });
  expect((await answerTo(query, { operationName: 'B' })).data).toEqual({ b: null });
});

it('masks an error without a code, under the trace id in the log', async () => {
  const { errors } = await answerTo('{ masked }');
  expect(errors).toMatchObject([{ path: ['masked'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
  expect(JSON.stringify(errors)).not.toContain('elder');
  expect(errors?.[0]?.extensions.traceId).toBe(logged.at(-1)?.traceId);
});
