// What operations through Apollo Server are charged for, and long responses. Other answers are compared in test/security/apollo-server.test.ts.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Federation, federate, type TestedSubgraph } from '../testing/federation.ts';
import type { Requester } from '../threads/thread-pool.ts';
import { ApolloOperations, responsesForApolloServer } from './apollo-server.ts';

const log = () => {};
const maxResponseBytes = 100_000;

/** Friends and circles lead back to the same person, from one subgraph to the other. */
const eight = () => Array.from({ length: 8 }, () => ({ id: '1' }));
const people: TestedSubgraph[] = [
  {
    name: 'people',
    sdl: 'type Query { me: Person } type Person @key(fields: "id") { id: ID! friends: [Person!]! name: String! }',
    resolvers: {
      Query: { me: () => ({ id: '1' }) },
      Person: { friends: eight, name: () => 'a' },
    },
  },
  {
    name: 'circles',
    sdl: 'type Person @key(fields: "id") { id: ID! circle: [Person!]! }',
    resolvers: { Person: { circle: eight } },
  },
];

let federation: Federation;
let operations: ApolloOperations;
beforeAll(async () => {
  const responses = responsesForApolloServer({ maxResponseBytes, log });
  federation = await federate(people, { responses, maxResponseBytes });
  operations = await ApolloOperations.start({ engine: federation.engine, log });
});
afterAll(async () => {
  await operations.stop();
  await federation.stop();
});

async function answerTo(query: string, requester?: Requester) {
  const { body, executed } = await operations.answer(
    federation.engine,
    { query, operationName: null, variables: null, extensions: null, method: 'POST' },
    { call: federation.call, viewer: null, headers: {}, requester },
  );
  const { data, errors } = JSON.parse(String(body));
  return { executed, data, code: errors?.[0]?.extensions?.code };
}

it.each([
  ['not GraphQL', (index: number) => `{ me { ${'id '.repeat(800)} a${index}`, 'GRAPHQL_PARSE_FAILED'],
  [
    'long and not GraphQL',
    (index: number) => `{ me { ${'id '.repeat(8000)} a${index}`,
    'GRAPHQL_PARSE_FAILED',
  ],
  ['longer than allowed', (index: number) => `{ a${index} ${'id '.repeat(50_000)} }`, 'OPERATION_TOO_LONG'],
  ['not valid', (index: number) => `{ me { ${'id '.repeat(200)} a${index} } }`, 'GRAPHQL_VALIDATION_FAILED'],
])('a client pays for documents that are %s', async (_what, documentOf, expected) => {
  let chargedMs = 0;
  const requester = { key: 'client', charge: (cpuMs: number) => (chargedMs += cpuMs) };
  // Some systems count the processor time of a thread in steps of several milliseconds.
  for (let index = 0; index < 1000 && chargedMs === 0; index += 1)
    expect((await answerTo(documentOf(index), requester)).code).toBe(expected);
  expect(chargedMs).toBeGreaterThan(0);
});

it('a response that is too long is null, with the code of the error', async () => {
  const levels = 12;
  const query = `{ me { ${'friends { circle { '.repeat(levels)} name ${'} }'.repeat(levels)} } }`;
  expect(await answerTo(query)).toEqual({ executed: true, data: null, code: 'ANSWER_TOO_LARGE' });
});
