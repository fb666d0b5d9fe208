import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { print, stripIgnoredCharacters } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Lifetime } from '../fetching/lifetime.ts';
import { type Federation, federate } from '../testing/federation.ts';
import { roadRequest, roadSubgraphs } from '../testing/road-graph.ts';
import { Engine } from './engine.ts';
import type { RequestContext } from './request-context.ts';

let federation: Federation;
beforeAll(async () => {
  federation = await federate(roadSubgraphs);
});
afterAll(() => federation.stop());

it('accepts mutations by POST only', async () => {
  const answer = await federation.engine.answer(roadRequest('mutation { close }', 'GET'), {
    call: () => Promise.reject(new Error('called')),
    viewer: null,
    headers: {},
  });
  expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
});

it('plans the operations that are in use before a new supergraph takes over', async () => {
  await federation.request('{ road { name crew } }');
  const planned: string[] = [];
  const { sdl, options } = federation;
  const next = await Engine.load(`${sdl}\n# changed`, options, federation.engine);
  const write = next.planner.write.bind(next.planner);
  next.planner.write = (operation, requester) => {
    planned.push(stripIgnoredCharacters(print(operation.definition)));
    return write(operation, requester);
  };
  const call = async () => '{"data":{"road":{"id":"1","name":"a"}}}';
  await next.answer(roadRequest('{ road { name crew } }'), { call, viewer: null, headers: {} });
  expect(planned).toEqual([]);
  await next.answer(roadRequest('{ road { id } }'), { call, viewer: null, headers: {} });
  expect(planned).toEqual(['{road{id}}']);
  await next.close();
});

it('plans operations that differ in names only once, on behalf of the first requester; subgraphs receive each name', async () => {
  const received: string[] = [];
  const charged: string[] = [];
  const call = async (_subgraph: string, body: string) => {
    const { query, operationName } = JSON.parse(body);
    received.push(`${operationName}: ${query}`);
    return body.includes('_entities')
      ? '{"data":{"_entities":[{"__typename":"Road","crew":"b"}]}}'
      : '{"data":{"road":{"__typename":"Road","id":"1"}}}';
  };
  for (const name of ['One', 'Other']) {
    const query = `query ${name} { road { ...${name}Crew } } fragment ${name}Crew on Road { crew id }`;
    const requester = { key: name, charge: () => charged.push(name) };
    await federation.engine.answer(roadRequest(query), { call, viewer: null, requester, headers: {} });
  }
  // Each validated the operation, estimated its cost, wrote what is planned and compiled the plan; the first planned it.
  expect(charged).toEqual([...Array(4).fill('One'), ...Array(3).fill('Other')]);
  expect(received).toHaveLength(4);
  for (const [index, name] of ['One', 'One', 'Other', 'Other'].entries())
    expect(received[index]).toMatch(new RegExp(`^${name}__(roads|crews): query ${name}__`));
});

it('charges the validation of an operation that is refused, each time', async () => {
  const charge = vi.fn();
  const context = { call: async () => '', viewer: null, requester: { key: 'a', charge }, headers: {} };
  for (const times of [1, 2]) {
    await federation.engine.answer(roadRequest('{ road { nothing } }'), context);
    expect(charge).toHaveBeenCalledTimes(times);
  }
});

it('executes equal introspection once, under any name, in a thread', async () => {
  const charged: string[] = [];
  const call = async () => '{"data":{"road":{"__typename":"Road","id":"1"}}}';
  const of = async (name: string, variables: Record<string, unknown> = {}, rest = '') => {
    const query = `query ${name}($type: String!) { ${name}: __schema { ...F } type: __type(name: $type) { name } ${rest} } fragment F on __Schema { queryType { name } }`;
    const requester = { key: name, charge: () => charged.push(name) };
    const operation = { ...roadRequest(query), variables };
    const { body } = await federation.engine.answer(operation, {
      call,
      viewer: null,
      requester,
      headers: {},
    });
    return JSON.parse(String(body)).data;
  };
  for (const name of ['one', 'other'])
    expect(await of(name, { type: 'Road' })).toEqual({
      [name]: { queryType: { name: 'Query' } },
      type: { name: 'Road' },
    });
  // Each prepared the operation; it was planned and executed once.
  expect(charged).toEqual([...Array(5).fill('one'), ...Array(3).fill('other')]);
  expect((await of('third', { type: 'Query' })).type).toEqual({ name: 'Query' });
  expect(await of('fourth', { type: 'Nothing' }, 'road { id }')).toEqual({
    fourth: { queryType: { name: 'Query' } },
    type: null,
    road: { id: '1' },
  });
  expect((await of('fourth', { type: 'Road' }, 'road { id }')).type).toEqual({ name: 'Road' });
});

describe('an operation', () => {
  const answered = async (query: string, lifetime: Lifetime, call: RequestContext['call']) => {
    const { status, body } = await federation.engine.answer(roadRequest(query), {
      call,
      viewer: null,
      lifetime,
      headers: {},
    });
    return { status, ...JSON.parse(String(body)) };
  };
  const respond = async () => '{"data":{"road":{"__typename":"Road","id":"1"}}}';

  it('that no client waits for any more calls no subgraph', async () => {
    let calls = 0;
    const call = () => {
      calls += 1;
      return respond();
    };
    const { errors } = await answered(
      '{ road { id } }',
      { deadline: Number.POSITIVE_INFINITY, isAbandoned: () => true },
      call,
    );
    expect(errors).toHaveLength(1);
    expect(calls).toBe(0);
  });

  it('that is not planned by its deadline fails with an error that says so', async () => {
    const { status, errors } = await answered(
      'query New { road { new: id } }',
      { deadline: performance.now(), isAbandoned: () => false },
      respond,
    );
    expect([status, errors[0].extensions.code]).toEqual([504, 'OPERATION_TIMEOUT']);
  });

  it('that is shared continues while one of its clients waits', async () => {
    let gone = 0;
    const lifetimes = [0, 1].map((index) => ({
      deadline: performance.now() + 60_000,
      isAbandoned: () => index < gone,
    }));
    let running: Lifetime | undefined;
    const called = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<string>();
    const call: RequestContext['call'] = (_subgraph, _body, _isMutation, lifetime) => {
      running = lifetime;
      called.resolve();
      return answer.promise;
    };
    const answers = lifetimes.map((lifetime) =>
      federation.engine.answer(roadRequest('{ road { id } }'), { call, viewer: 'v', lifetime, headers: {} }),
    );
    await called.promise;
    const seen = [0, 1, 2].map((count) => {
      gone = count;
      return running?.isAbandoned();
    });
    expect(seen).toEqual([false, false, true]);
    answer.resolve(await respond());
    await Promise.all(answers);
  });
});

it('rejects an invalid supergraph with the reason', async () => {
  await expect(Engine.load('type Query { a: Nothing }', federation.options)).rejects.toThrow(
    /Nothing|supergraph|core/i,
  );
});

it('reports the same error of an invalid operation every time', async () => {
  for (let time = 0; time < 2; time += 1) {
    const { errors } = await federation.request('{ road { nope } }');
    expect(errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
  }
});

it('releases finished operations without a collection of the old generation', async () => {
  setFlagsFromString('--expose-gc');
  const collectYoung: (options: { type: 'minor' }) => void = runInNewContext('gc');
  let calls = 0;
  const call = async () => {
    calls += 1;
    if (calls % 100 === 0) collectYoung({ type: 'minor' });
    return JSON.stringify({ data: { road: { name: `${'x'.repeat(50_000)}${calls}`, id: '1' } } });
  };
  const query = roadRequest('{ road { name id } }');
  const requestMany = async (each: number) => {
    const requestAs = async (client: number) => {
      for (let count = 0; count < each; count += 1)
        await federation.engine.answer(query, { call, viewer: `${client} ${count}`, headers: {} });
    };
    await Promise.all(Array.from({ length: 50 }, (_, client) => requestAs(client)));
    return process.memoryUsage().heapUsed;
  };
  const before = await requestMany(10);
  // 50 MB of responses.
  expect((await requestMany(20)) - before).toBeLessThan(15_000_000);
});

it.each([
  ['{"data":{"road":{"name":"a"}}}', 'max-age=5'],
  ['{"data":{"road":null},"errors":[{"message":"m","path":["road"]}]}', 'no-store'],
  ['{"data":{"road":{"name":"a"}},"errors":[{"message":"m"}]}', 'no-store'],
  ['{"data":{"road":7}}', 'no-store'],
])(
  'forbids caching of a response with errors, whatever the subgraphs allow: %s',
  async (response, expected) => {
    const context = {
      call: async () => response,
      viewer: null,
      headers: { 'cache-control': 'max-age=5', 'set-cookie': ['a=1', 'b=2'] },
    };
    for (const _run of [1, 2, 3]) {
      const { headers } = await federation.engine.answer(roadRequest('{ road { name } }'), context);
      expect(headers).toEqual({ 'cache-control': expected, 'set-cookie': ['a=1', 'b=2'] });
    }
  },
);
