import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { print, stripIgnoredCharacters } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lifetime } from '../fetching/lifetime.ts';
import { type Federation, federate, type TestedSubgraph } from '../testing/federation.ts';
import { Engine } from './engine.ts';
import type { RequestContext } from './request-context.ts';

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
      viewers.map((viewer) => federation.engine.answer(request(query), { call, viewer, headers: {} })),
    );
    return { calls, answers };
  };

  it('is run once for one viewer', async () => {
    const { calls, answers } = await ask(['a', 'a', 'a']);
    expect(calls).toBe(1);
    // As bytes, which are written to each as they are.
    expect(answers[0]?.body).toBeInstanceOf(Buffer);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(JSON.parse(String(answers[0]?.body))).toEqual({ data: { road: { name: 'a' } } });
  });

  it('is run for each viewer, and each time where nothing is to be shared', async () => {
    expect((await ask(['a', 'b'])).calls).toBe(2);
    expect((await ask([null, null])).calls).toBe(2);
  });

  it('is run for each of those who wait in lines of their own, as strangers do', async () => {
    const turns: string[] = [];
    const asks = ['10.0.0.1', '10.0.0.2', '10.0.0.1'].map((key) => {
      const call = async () => {
        turns.push(key);
        return '{"data":{"road":{"name":"a"}}}';
      };
      const requester = { key, charge: () => {} };
      return federation.engine.answer(request('{ road { name } }'), {
        call,
        viewer: '',
        requester,
        headers: {},
      });
    });
    await Promise.all(asks);
    expect(turns).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('is run anew for who comes a second later, so that they have their whole time', async () => {
    const deadlines: number[] = [];
    const begun: (() => void)[] = [];
    const call: RequestContext['call'] = (_subgraph, _body, _isMutation, lifetime) => {
      deadlines.push(Math.round(lifetime?.deadline ?? 0));
      return new Promise((resolve) => begun.push(() => resolve('{"data":{"road":{"name":"a"}}}')));
    };
    const first = Math.round(performance.now()) + 60_000;
    const asks = [first, first + 1000, first + 1001, first + 2001].map((deadline) => {
      const lifetime = { deadline, isAbandoned: () => false };
      return federation.engine.answer(request('{ road { name } }'), {
        call,
        viewer: 'a',
        lifetime,
        headers: {},
      });
    });
    await expect.poll(() => begun.length).toBe(2);
    for (const answer of begun) answer();
    await Promise.all(asks);
    expect(deadlines).toEqual([first, first + 1001]);
  });

  it('is run anew once something was changed, so that the change is seen', async () => {
    const begun: (() => void)[] = [];
    const call = (_subgraph: string, _body: string, isMutation: boolean) =>
      new Promise<string>((resolve) => {
        if (isMutation) resolve('{"data":{"close":1}}');
        else begun.push(() => resolve('{"data":{"road":{"name":"a"}}}'));
      });
    const ask = (query: string) =>
      federation.engine.answer(request(query), { call, viewer: 'a', headers: {} });
    const before = ask('{ road { name } }');
    await ask('mutation { close }');
    const after = [ask('{ road { name } }'), ask('{ road { name } }')];
    await expect.poll(() => begun.length).toBe(2);
    for (const answer of begun) answer();
    await Promise.all([before, ...after]);
    expect(begun).toHaveLength(2);
  });

  it('is run each time when it changes something', async () => {
    expect((await ask(['a', 'a'], 'mutation { close }')).calls).toBe(2);
  });
});

it('sends a mutation by POST only', async () => {
  const answer = await federation.engine.answer(request('mutation { close }', 'GET'), {
    call: () => Promise.reject(new Error('called')),
    viewer: null,
    headers: {},
  });
  expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
});

it('plans the operations in use before a new supergraph takes over', async () => {
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
  await next.answer(request('{ road { name crew } }'), { call, viewer: null, headers: {} });
  expect(planned).toEqual([]);
  await next.answer(request('{ road { id } }'), { call, viewer: null, headers: {} });
  expect(planned).toEqual(['{road{id}}']);
  await next.close();
});

it('plans a shape once, under whatever names, for whoever asks first; subgraphs hear each name', async () => {
  const asked: string[] = [];
  const charged: string[] = [];
  const call = async (_subgraph: string, body: string) => {
    const { query, operationName } = JSON.parse(body);
    asked.push(`${operationName}: ${query}`);
    return body.includes('_entities')
      ? '{"data":{"_entities":[{"__typename":"Road","crew":"b"}]}}'
      : '{"data":{"road":{"__typename":"Road","id":"1"}}}';
  };
  for (const name of ['One', 'Other']) {
    const query = `query ${name} { road { ...${name}Crew } } fragment ${name}Crew on Road { crew id }`;
    const requester = { key: name, charge: () => charged.push(name) };
    await federation.engine.answer(request(query), { call, viewer: null, requester, headers: {} });
  }
  // Written by each, planned by the first.
  expect(charged).toEqual(['One', 'One', 'Other']);
  expect(asked).toHaveLength(4);
  for (const [index, name] of ['One', 'One', 'Other', 'Other'].entries())
    expect(asked[index]).toMatch(new RegExp(`^${name}__(roads|crews): query ${name}__`));
});

it('answers what is asked of the schema once, whatever it is called, off the thread that answers', async () => {
  const charged: string[] = [];
  const call = async () => '{"data":{"road":{"__typename":"Road","id":"1"}}}';
  const of = async (name: string, variables: Record<string, unknown> = {}, rest = '') => {
    const query = `query ${name}($type: String!) { ${name}: __schema { ...F } type: __type(name: $type) { name } ${rest} } fragment F on __Schema { queryType { name } }`;
    const requester = { key: name, charge: () => charged.push(name) };
    const asked = { ...request(query), variables };
    const { body } = await federation.engine.answer(asked, { call, viewer: null, requester, headers: {} });
    return JSON.parse(String(body)).data;
  };
  for (const name of ['one', 'other'])
    expect(await of(name, { type: 'Road' })).toEqual({
      [name]: { queryType: { name: 'Query' } },
      type: { name: 'Road' },
    });
  // Written by each, planned and answered once.
  expect(charged).toEqual(['one', 'one', 'one', 'other']);
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
    const { status, body } = await federation.engine.answer(request(query), {
      call,
      viewer: null,
      lifetime,
      headers: {},
    });
    return { status, ...JSON.parse(String(body)) };
  };
  const given = async () => '{"data":{"road":{"__typename":"Road","id":"1"}}}';

  it('for which nobody waits any more asks no subgraph', async () => {
    let calls = 0;
    const call = () => {
      calls += 1;
      return given();
    };
    const { errors } = await answered(
      '{ road { id } }',
      { deadline: Number.POSITIVE_INFINITY, isAbandoned: () => true },
      call,
    );
    expect(errors).toHaveLength(1);
    expect(calls).toBe(0);
  });

  it('that is not planned by its deadline is told so', async () => {
    const { status, errors } = await answered(
      'query New { road { new: id } }',
      { deadline: performance.now(), isAbandoned: () => false },
      given,
    );
    expect([status, errors[0].extensions.code]).toEqual([504, 'OPERATION_TIMEOUT']);
  });

  it('that is shared goes on while one of those who share it waits', async () => {
    let gone = 0;
    const lifetimes = [0, 1].map((index) => ({
      deadline: performance.now() + 60_000,
      isAbandoned: () => index < gone,
    }));
    let running: Lifetime | undefined;
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<string>();
    const call: RequestContext['call'] = (_subgraph, _body, _isMutation, lifetime) => {
      running = lifetime;
      asked.resolve();
      return answer.promise;
    };
    const answers = lifetimes.map((lifetime) =>
      federation.engine.answer(request('{ road { id } }'), { call, viewer: 'v', lifetime, headers: {} }),
    );
    await asked.promise;
    const seen = [0, 1, 2].map((count) => {
      gone = count;
      return running?.isAbandoned();
    });
    expect(seen).toEqual([false, false, true]);
    answer.resolve(await given());
    await Promise.all(answers);
  });
});

it('refuses a supergraph with what is wrong with it', async () => {
  await expect(Engine.load('type Query { a: Nothing }', federation.options)).rejects.toThrow(
    /Nothing|supergraph|core/i,
  );
});

it('tells the same fault of an operation each time', async () => {
  for (let time = 0; time < 2; time += 1) {
    const { errors } = await federation.request('{ road { nope } }');
    expect(errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
  }
});

it('lets go of what is done, without waiting for old objects to be collected', async () => {
  setFlagsFromString('--expose-gc');
  const collectYoung: (options: { type: 'minor' }) => void = runInNewContext('gc');
  let calls = 0;
  const call = async () => {
    calls += 1;
    if (calls % 100 === 0) collectYoung({ type: 'minor' });
    return JSON.stringify({ data: { road: { name: `${'x'.repeat(50_000)}${calls}`, id: '1' } } });
  };
  const query = request('{ road { name id } }');
  const askMany = async (each: number) => {
    const ask = async (client: number) => {
      for (let asked = 0; asked < each; asked += 1)
        await federation.engine.answer(query, { call, viewer: `${client} ${asked}`, headers: {} });
    };
    await Promise.all(Array.from({ length: 50 }, (_, client) => ask(client)));
    return process.memoryUsage().heapUsed;
  };
  const before = await askMany(10);
  // 50 MB of answers.
  expect((await askMany(20)) - before).toBeLessThan(15_000_000);
});

it.each([
  ['{"data":{"road":{"name":"a"}}}', 'max-age=5'],
  ['{"data":{"road":null},"errors":[{"message":"m","path":["road"]}]}', 'no-store'],
  ['{"data":{"road":{"name":"a"}},"errors":[{"message":"m"}]}', 'no-store'],
  ['{"data":{"road":7}}', 'no-store'],
])('lets nobody keep an answer with errors, whatever its parts allow: %s', async (given, expected) => {
  const caller = {
    call: async () => given,
    viewer: null,
    headers: { 'cache-control': 'max-age=5', 'set-cookie': ['a=1', 'b=2'] },
  };
  for (const _run of [1, 2, 3]) {
    const { headers } = await federation.engine.answer(request('{ road { name } }'), caller);
    expect(headers).toEqual({ 'cache-control': expected, 'set-cookie': ['a=1', 'b=2'] });
  }
});

it('tells at its object what a computed field misses, where the way to that is asked of others only', async () => {
  const reference = { __resolveReference: (given: object) => given };
  const federation = await federate([
    {
      name: 'yards',
      sdl: `
        type Query { place: Place }
        union Place = Depot | Shop
        type Depot @key(fields: "id") { id: ID! sign: Sign @external grade: String @requires(fields: "sign { code }") }
        type Shop { sign: Sign @shareable }
        type Sign @key(fields: "id") { id: ID! code: String @external }
      `,
      resolvers: {
        Query: { place: () => ({ __typename: 'Depot', id: '1' }) },
        Depot: { ...reference, grade: ({ sign }: { sign: { code: string } }) => sign.code },
      },
    },
    {
      name: 'signs',
      sdl: 'type Depot @key(fields: "id") { id: ID! sign: Sign } type Sign @key(fields: "id") { id: ID! }',
      resolvers: { Depot: { ...reference, sign: () => ({ id: 's' }) }, Sign: reference },
    },
    {
      name: 'codes',
      sdl: 'type Sign @key(fields: "id") { id: ID! code: String }',
      resolvers: { Sign: { ...reference, code: () => 'A' } },
    },
  ]);
  federation.replaceSubgraph('codes', () => '{"data":null,"errors":[{"message":"away"}]}');
  const { data, errors } = await federation.request(
    '{ place { ... on Depot { grade } ... on Shop { sign { id } } } }',
  );
  expect(data).toEqual({ place: { grade: null } });
  expect(errors).toMatchObject([{ path: ['place'], extensions: { service: 'codes' } }]);
  // What is left out is as if it were not asked for: then the object's error says it all.
  const skipped = await federation.request(
    '{ place { ... on Depot { grade } ... on Depot @skip(if: true) { sign { id } } } }',
  );
  expect(skipped.data).toEqual({ place: { grade: null } });
  expect(skipped.errors).toMatchObject([{ path: ['place'], extensions: { service: 'codes' } }]);
  await federation.stop();
});

it('tells once what two fetches of a subgraph fail for at one place', async () => {
  const reference = { __resolveReference: (given: object) => given };
  const federation = await federate([
    {
      name: 'streets',
      sdl: 'type Query { street: Street } type Street @key(fields: "id") { id: ID! }',
      resolvers: { Query: { street: () => ({ id: '1' }) } },
    },
    {
      name: 'works',
      sdl: `type Street @key(fields: "id") {
        id: ID! width: Int class: Int @external fee: Int @requires(fields: "class")
      }`,
      resolvers: { Street: { ...reference, width: () => 7, fee: () => 1 } },
    },
    {
      name: 'classes',
      sdl: 'type Street @key(fields: "id") { id: ID! class: Int }',
      resolvers: { Street: { ...reference, class: () => 2 } },
    },
  ]);
  let calls = 0;
  federation.replaceSubgraph('works', () => {
    calls += 1;
    return '{"data":{"_entities":[]}}';
  });
  const { data, errors } = await federation.request('{ street { width fee } }');
  expect(data).toEqual({ street: { width: null, fee: null } });
  expect(errors).toMatchObject([
    { path: ['street'], extensions: { code: 'SUBGRAPH_BAD_RESPONSE', service: 'works' } },
  ]);
  // It is asked in three ways, each with two fetches.
  expect(calls).toBe(6);
  await federation.stop();
});
