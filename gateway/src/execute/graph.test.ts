import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Federation, federate, type TestedSubgraph } from '../testing.ts';
import { Graph } from './graph.ts';

const subgraphs: TestedSubgraph[] = [
  {
    name: 'roads',
    sdl: 'type Query { road: Road } type Mutation { close: Int } type Road @key(fields: "id") { id: ID! name: String }',
    resolvers: { Query: { road: () => ({ id: '1', name: '文化路' }) }, Mutation: { close: () => 1 } },
  },
  {
    name: 'crews',
    sdl: 'type Road @key(fields: "id") { id: ID! crew: String }',
    resolvers: { Road: { crew: () => '一班' } },
  },
];

let federation: Federation;
beforeAll(async () => {
  federation = await federate(subgraphs);
});
afterAll(() => federation.stop());

const request = (query: string, method: 'GET' | 'POST' = 'POST') => ({
  query,
  operationName: null,
  variables: null,
  extensions: null,
  method,
});

describe('the same query asked again while it runs', () => {
  const ask = async (viewers: (string | null)[], query = '{ road { name } }') => {
    let calls = 0;
    const call = async () => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      return '{"data":{"road":{"name":"a"},"close":1}}';
    };
    const answers = await Promise.all(
      viewers.map((viewer) => federation.graph.answer(request(query), { call, viewer, headers: {} })),
    );
    return { calls, answers };
  };

  it('is run once for one viewer', async () => {
    const { calls, answers } = await ask(['a', 'a', 'a']);
    expect(calls).toBe(1);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  });

  it('is run for each viewer, and each time where nothing is to be shared', async () => {
    expect((await ask(['a', 'b'])).calls).toBe(2);
    expect((await ask([null, null])).calls).toBe(2);
  });

  it('is run each time when it changes something', async () => {
    expect((await ask(['a', 'a'], 'mutation { close }')).calls).toBe(2);
  });
});

it('sends a mutation by POST only', async () => {
  const answer = await federation.graph.answer(request('mutation { close }', 'GET'), {
    call: () => Promise.reject(new Error('called')),
    viewer: null,
    headers: {},
  });
  expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
});

it('plans the operations in use before a new supergraph takes over', async () => {
  await federation.ask('{ road { name crew } }');
  const planned: string[] = [];
  const { sdl, options } = federation;
  const next = await Graph.load(`${sdl}\n# changed`, options, federation.graph);
  const plan = next.planner.plan.bind(next.planner);
  next.planner.plan = (operation) => {
    planned.push(operation.query);
    return plan(operation);
  };
  const call = async () => '{"data":{"road":{"id":"1","name":"a"}}}';
  await next.answer(request('{ road { name crew } }'), { call, viewer: null, headers: {} });
  expect(planned).toEqual([]);
  await next.answer(request('{ road { id } }'), { call, viewer: null, headers: {} });
  expect(planned).toEqual(['{ road { id } }']);
  await next.close();
});

it('refuses a supergraph with what is wrong with it', async () => {
  await expect(Graph.load('type Query { a: Nothing }', federation.options)).rejects.toThrow(
    /Nothing|supergraph|core/i,
  );
});

it('tells the same fault of an operation each time', async () => {
  for (let time = 0; time < 2; time += 1) {
    const { errors } = await federation.ask('{ road { nope } }');
    expect(errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
  }
});
