// The limits of the gateway and the subgraphs: size, depth, cost, rates, persisted queries and trusted documents.
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfiguredGateway, startConfiguredGateway } from '../testkit/configured-gateway.ts';

let server: ConfiguredGateway;
let apollo: ConfiguredGateway;
beforeAll(async () => {
  server = await startConfiguredGateway();
  apollo = await startConfiguredGateway({ GATEWAY_SERVER: 'apollo' });
});
afterAll(async () => {
  await server.stop();
  await apollo.stop();
});

const clients = {
  gateway: () => server.gateway,
  'gateway through Apollo Server': () => apollo.gateway,
  subgraph: () => server.subgraph,
};
type Side = keyof typeof clients;
const sides = Object.keys(clients) as Side[];

const mediaTypes = ['application/json', 'application/graphql-response+json'];
const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ');
const division = (inside: string) => `{ division(code: "410105") { ${inside} } }`;
const nested = (levels: number) => division(`${'parent { '.repeat(levels)} name ${'} '.repeat(levels)}`);
const pages = (levels: number, first: number) =>
  division(`${`children(first: ${first}) { nodes { `.repeat(levels)} name ${'} } '.repeat(levels)}`);

interface Case {
  what: string;
  code: string;
  status: number;
  /** The limits of the gateway and of a subgraph. */
  limits: [gateway: number, subgraph: number];
  /** A body just above the limit. */
  beyond: (limit: number) => unknown;
  /** A body just within the limit, which both must answer. */
  within?: (limit: number) => unknown;
}

const query = (text: string) => ({ query: text });
const cases: Case[] = [
  {
    what: 'bytes of the body',
    code: 'PAYLOAD_TOO_LARGE',
    status: 413,
    limits: [262_144, 1_048_576],
    beyond: (limit) => ({ query: '{ __typename }', operationName: 'x'.repeat(limit) }),
    within: (limit) => query(`{ __typename } ${' '.repeat(limit - 100)}`),
  },
  {
    what: 'tokens',
    code: 'OPERATION_TOO_LONG',
    status: 400,
    limits: [10_000, 50_000],
    beyond: (limit) => query(`{ ${'__typename '.repeat(limit)} }`),
  },
  {
    what: 'characters of an alias',
    code: 'OPERATION_TOO_LONG',
    status: 400,
    limits: [256, 512],
    beyond: (limit) => query(`{ ${'a'.repeat(limit + 1)}: __typename }`),
    within: (limit) => query(`{ ${'a'.repeat(limit)}: __typename }`),
  },
  {
    what: 'levels',
    code: 'OPERATION_TOO_DEEP',
    status: 400,
    limits: [20, 40],
    beyond: (limit) => query(nested(limit - 1)),
    within: (limit) => query(nested(limit - 2)),
  },
  {
    what: 'brackets inside one another',
    code: 'OPERATION_TOO_DEEP',
    status: 400,
    limits: [200, 200],
    beyond: (limit) => query('{a'.repeat(limit + 1)),
  },
  {
    what: 'aliases',
    code: 'TOO_MANY_ALIASES',
    status: 400,
    limits: [100, 5000],
    beyond: (limit) => query(division(many(limit + 1, (index) => `a${index}: name`))),
    within: (limit) => query(division(many(limit, (index) => `a${index}: name`))),
  },
  {
    what: 'directives in one place',
    code: 'TOO_MANY_DIRECTIVES',
    status: 400,
    limits: [5, 10],
    beyond: (limit) => query(division(`name ${'@include(if: true) '.repeat(limit + 1)}`)),
  },
  {
    what: 'directives',
    code: 'TOO_MANY_DIRECTIVES',
    status: 400,
    limits: [100, 1000],
    beyond: (limit) => query(division(many(limit + 1, () => 'name @include(if: true)'))),
    within: (limit) => query(division(many(limit, (index) => `a${index}: name @include(if: true)`))),
  },
  {
    what: 'root fields',
    code: 'TOO_MANY_ROOT_FIELDS',
    status: 400,
    limits: [50, 200],
    beyond: (limit) => query(`{ ${'__typename '.repeat(limit + 1)} }`),
    within: (limit) => query(`{ ${'__typename '.repeat(limit)} }`),
  },
  {
    what: 'selections, written out',
    code: 'OPERATION_TOO_COMPLEX',
    status: 400,
    limits: [5000, 20_000],
    beyond: (limit) =>
      query(`${division('...F '.repeat(limit / 50))} fragment F on Division { ${'name '.repeat(50)} }`),
  },
  {
    what: 'fragments',
    code: 'TOO_MANY_FRAGMENTS',
    status: 400,
    limits: [100, 100],
    beyond: (limit) =>
      query(
        `${division(many(limit + 1, (index) => `...F${index}`))} ${many(limit + 1, (index) => `fragment F${index} on Division { name }`)}`,
      ),
  },
  {
    what: 'estimated cost',
    code: 'OPERATION_TOO_COSTLY',
    status: 400,
    limits: [50_000, 200_000],
    beyond: () => query(pages(3, 100)),
    within: () => query(pages(1, 100)),
  },
  {
    what: 'levels in a variable',
    code: 'VARIABLES_TOO_LARGE',
    status: 400,
    limits: [10, 10],
    beyond: (limit) => ({
      query: '{ __typename }',
      variables: { a: JSON.parse('['.repeat(limit + 1) + ']'.repeat(limit + 1)) },
    }),
    within: (limit) => ({
      query: '{ __typename }',
      variables: { a: JSON.parse('['.repeat(limit) + ']'.repeat(limit)) },
    }),
  },
  {
    what: 'entries of a list in a variable',
    code: 'VARIABLES_TOO_LARGE',
    status: 400,
    limits: [1000, 2000],
    beyond: (limit) => ({ query: '{ __typename }', variables: { a: Array(limit + 1).fill(1) } }),
    within: (limit) => ({ query: '{ __typename }', variables: { a: Array(limit).fill(1) } }),
  },
  {
    what: 'values in the variables',
    code: 'VARIABLES_TOO_LARGE',
    status: 400,
    limits: [10_000, 100_000],
    beyond: (limit) => ({
      query: '{ __typename }',
      variables: Object.fromEntries(
        Array.from({ length: limit / 1000 + 1 }, (_, index) => [`a${index}`, Array(1000).fill(1)]),
      ),
    }),
  },
  {
    what: 'operations in a list',
    code: 'BATCH_NOT_SUPPORTED',
    status: 400,
    limits: [1, 1],
    beyond: () => [query('{ __typename }'), query('{ __typename }')],
  },
];

describe.each(sides)('the %s', (side) => {
  const limitOf = ({ limits }: Case) => limits[side === 'subgraph' ? 1 : 0];
  const post = (body: unknown, headers: Record<string, string> = {}) => clients[side]().post(body, headers);

  it.each(cases)('rejects more $what than allowed, and reports the limit', async (tried) => {
    const limit = limitOf(tried);
    for (const accept of mediaTypes) {
      const { status, code, text, headers } = await post(tried.beyond(limit), { accept });
      expect([status, code]).toEqual([tried.status, tried.code]);
      expect(headers['content-type']).toBe(`${accept}; charset=utf-8`);
      const { errors, data } = JSON.parse(text);
      expect(data).toBeUndefined();
      expect(errors).toHaveLength(1);
      expect(errors[0].message).toMatch(
        new RegExp(`\\p{Script=Han}.*${limit}.*[a-z].*${limit}|只接受 1`, 'su'),
      );
    }
  });

  it.each(cases.filter(({ within }) => within))('answers as many $what as allowed', async (tried) => {
    const { status, text } = await post(tried.within?.(limitOf(tried)));
    expect([status, JSON.parse(text).errors]).toEqual([200, undefined]);
  });

  it('rejects pages of more than 100 nodes, anywhere', async () => {
    for (const sent of [
      'divisions(first: 101) { nodes { name } }',
      'servicePoints(within: "410105", first: 101) { nodes { id } }',
    ]) {
      const { text } = await post(query(`{ ${sent} }`));
      expect(JSON.parse(text).errors[0]).toMatchObject({
        message: expect.stringContaining('100'),
        extensions: { code: 'BAD_USER_INPUT' },
      });
    }
  });

  it('rejects circular fragments', async () => {
    const circle = '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }';
    for (const accept of mediaTypes) {
      const { status, code } = await post(query(circle), { accept });
      expect([status, code]).toEqual([accept === mediaTypes[0] ? 200 : 400, 'GRAPHQL_VALIDATION_FAILED']);
    }
  });

  it('answers the introspection of playgrounds', async () => {
    const sent = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true });
    const { status, text } = await post(query(sent));
    expect([status, JSON.parse(text).errors]).toEqual([200, undefined]);
  });

  it('reports the cost on request', async () => {
    const sent = query(division('children(first: 3) { nodes { name } }'));
    const { text } = await post(sent, { 'x-cost': 'on' });
    const { data, extensions } = JSON.parse(text);
    expect(data.division.children.nodes).toHaveLength(3);
    expect(extensions.cost).toEqual({
      estimated: 5,
      actual: 5,
      limit: side === 'subgraph' ? 200_000 : 50_000,
    });
    expect(JSON.parse((await post(sent)).text).extensions).toBeUndefined();
  });
});

it('a subgraph returns at most 1000 entities per request', async () => {
  const sent = (count: number) => ({
    query: 'query ($all: [_Any!]!) { _entities(representations: $all) { ... on Division { name } } }',
    variables: { all: Array(count).fill({ __typename: 'District', code: '410105' }) },
  });
  const { status, code, text } = await clients.subgraph().post(sent(1001));
  expect([status, code]).toEqual([400, 'TOO_MANY_REPRESENTATIONS']);
  expect(text).toContain('1000');
  expect(JSON.parse((await clients.subgraph().post(sent(1000))).text).data._entities).toHaveLength(1000);
});

it('a gateway with other limits enforces those', async () => {
  const strict = await startConfiguredGateway({ MAX_DEPTH: '3', MAX_COST: '10', MAX_BODY_BYTES: '2000' });
  try {
    expect((await strict.gateway.post(query(nested(2)))).code).toBe('OPERATION_TOO_DEEP');
    expect((await strict.gateway.post(query(pages(1, 50)))).code).toBe('OPERATION_TOO_DEEP');
    expect((await strict.gateway.post(query('{ divisions(first: 50) { nodes { name } } }'))).code).toBe(
      'OPERATION_TOO_COSTLY',
    );
    expect((await strict.gateway.post(query(`{ __typename } ${' '.repeat(2000)}`))).status).toBe(413);
  } finally {
    await strict.stop();
  }
});

it('a client above its rate learns when to retry; others are answered', async () => {
  const strict = await startConfiguredGateway({ VIEWER_RATE: '1', VIEWER_BURST: '3', COMPILE_AFTER: '0' });
  try {
    const post = (authorization?: string) =>
      strict.gateway.post(query('{ __typename }'), authorization ? { authorization } : {});
    const statuses = [];
    // Another client has it prepared first, code generation included: expensive preparation counts as several operations.
    await post('Bearer c');
    for (let index = 0; index < 5; index += 1) statuses.push((await post('Bearer a')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const { headers, code, text } = await post('Bearer a');
    expect([headers['retry-after'], code]).toEqual(['1', 'RATE_LIMITED']);
    expect(JSON.parse(text).errors[0].extensions.retryAfterMs).toBeGreaterThan(0);
    expect((await post('Bearer b')).status).toBe(200);
    expect((await post()).status).toBe(200);
    // Health checks have no rate limit.
    for (let index = 0; index < 5; index += 1)
      expect((await strict.gateway.send('GET', '/health/live')).status).toBe(200);
  } finally {
    await strict.stop();
  }
});

it('each root field counts towards the rate, under any alias and in any fragment', async () => {
  const strict = await startConfiguredGateway({ VIEWER_RATE: '1', VIEWER_BURST: '10' });
  try {
    const fields = (count: number) => many(count, (index) => `a${index}: __typename`);
    const post = (authorization: string, text: string) => strict.gateway.post(query(text), { authorization });
    expect((await post('Bearer a', `{ ${fields(10)} }`)).status).toBe(200);
    const { status, code, headers } = await post('Bearer a', '{ __typename }');
    expect([status, code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await post('Bearer b', `{ ...F } fragment F on Query { ${fields(6)} }`)).status).toBe(200);
    expect((await post('Bearer b', `{ ${fields(6)} }`)).code).toBe('RATE_LIMITED');
    // More root fields than the whole burst are still allowed after a pause.
    expect((await post('Bearer c', `{ ${fields(50)} }`)).status).toBe(200);
  } finally {
    await strict.stop();
  }
});

it('only trusted documents run when that is enforced, subscriptions included', async () => {
  const strict = await startConfiguredGateway({
    TRUSTED_DOCUMENTS: 'enforce',
    TRUSTED_DOCUMENTS_DIR: new URL('../operations', import.meta.url).pathname,
  });
  try {
    for (const accept of mediaTypes)
      expect((await strict.gateway.post(query('{ __typename }'), { accept })).status).toBe(400);
    expect((await strict.gateway.post(query('{ __typename }'))).code).toBe('DOCUMENT_NOT_TRUSTED');
    const subscription = query('subscription { incidentChanged(within: "410105") { id } }');
    const stream = await strict.gateway.send(
      'POST',
      '/graphql/stream',
      { 'content-type': 'application/json' },
      JSON.stringify(subscription),
    );
    expect([stream.status, stream.code]).toEqual([400, 'DOCUMENT_NOT_TRUSTED']);
  } finally {
    await strict.stop();
  }
});
