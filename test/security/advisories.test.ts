// Published vulnerabilities of other gateways and servers, tried on ours. README.md lists the advisories.

import { gzipSync } from 'node:zlib';
import { readConfig } from '@district-graph/gateway/config/gateway-config';
import { federate, type TestedSubgraph } from '@district-graph/gateway/testing/federation';
import { readConfig as readSubgraphConfig } from '@district-graph/kit/config/subgraph-config';
import { preflight } from '@district-graph/kit/testing/http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ConfiguredGateway, startConfiguredGateway } from '../testkit/configured-gateway.ts';

let server: ConfiguredGateway;
beforeAll(async () => {
  server = await startConfiguredGateway();
});
afterAll(() => server.stop());

const sides = ['gateway', 'subgraph'] as const;
const json = { 'content-type': 'application/json' };
/** An upper limit for all of these; a successful exploit takes minutes. */
const soonMs = 2000;

/** Fragments, each spread twice in the next: a few hundred bytes that expand to 2^levels selections. */
const doubling = (levels: number, inside = (_level: number) => '') =>
  `{ ...F${levels} } fragment F0 on Query { __typename } ${Array.from(
    { length: levels },
    (_, index) => `fragment F${index + 1} on Query { ${inside(index)} ...F${index} ...F${index} }`,
  ).join(' ')}`;

type Exchange = [request: Record<string, unknown>, data: unknown];
const nameOf = (code: string) => `division(code: "${code}") { name }`;
const [one, two] = [{ name: '金水区' }, { name: '中原区' }];
const both = `query One { ${nameOf('410105')} } query Two { ${nameOf('410102')} }`;
const byDefault = (code: string) => `query ($code: ID! = "${code}") { division(code: $code) { name } }`;
const byVariable = 'query ($if: Boolean!) { division(code: "410105") { name @include(if: $if) code } }';

/** Operations that a cache could confuse, and the result of each. */
const alike: [string, Exchange[]][] = [
  [
    'by what is written in it',
    [
      [{ query: `{ ${nameOf('410105')} }` }, { division: one }],
      [{ query: `{ ${nameOf('410102')} }` }, { division: two }],
      [
        { query: `{ ${nameOf('410105').replace('name', 'name @skip(if: true) code')} }` },
        { division: { code: '410105' } },
      ],
    ],
  ],
  [
    'by its names',
    [
      [{ query: `{ a: ${nameOf('410105')} b: ${nameOf('410102')} }` }, { a: one, b: two }],
      [{ query: `{ b: ${nameOf('410105')} a: ${nameOf('410102')} }` }, { b: one, a: two }],
    ],
  ],
  [
    'by its defaults and variables',
    [
      [{ query: byDefault('410105') }, { division: one }],
      [{ query: byDefault('410102') }, { division: two }],
      [{ query: byDefault('410102'), variables: { code: '410105' } }, { division: one }],
      [{ query: byVariable, variables: { if: true } }, { division: { ...one, code: '410105' } }],
      [{ query: byVariable, variables: { if: false } }, { division: { code: '410105' } }],
    ],
  ],
  [
    'by which of a document it is',
    [
      [{ query: both, operationName: 'One' }, { division: one }],
      [{ query: both, operationName: 'Two' }, { division: two }],
    ],
  ],
];

async function answeredSoon<Value>(send: () => Promise<Value>): Promise<Value> {
  const started = performance.now();
  const answer = await send();
  expect(performance.now() - started).toBeLessThan(soonMs);
  return answer;
}

describe.each(sides)('at the %s', (side) => {
  afterEach(async () => {
    expect((await server[side].post({ query: '{ __typename }' })).text).toBe(
      '{"data":{"__typename":"Query"}}',
    );
  });

  it.each([
    ['GHSA-q2f9-x4p4-7xmh, GHSA-75m2-jhh5-j5g2, GHSA-3j43-9v8v-cp3f, GHSA-7mpv-9xg6-5r79', doubling(25)],
    [
      'GHSA-p2q6-pwh5-m6jr, GHSA-94hh-jmq8-2fgp',
      doubling(25, (level) => `... on Query { a${level}: __typename }`),
    ],
    ['GHSA-84m6-5m72-45fp', doubling(40)],
  ])(
    '%s: fragments that are spread twice each are counted, even beyond 32 bits, and rejected',
    async (_id, query) => {
      const { status, code } = await answeredSoon(() => server[side].post({ query }));
      expect([status, code]).toEqual([400, 'OPERATION_TOO_COMPLEX']);
    },
  );

  it('GHSA-9pv7-vfvm-6vr7: overlapping fields are compared up to a limit', async () => {
    const query = `{ division(code: "410105") { ${'name '.repeat(3000)} } }`;
    const { status } = await answeredSoon(() => server[side].post({ query }));
    expect([200, 400]).toContain(status);
  });

  it.each([20, 100])(
    'GHSA-fc86-6rv6-2jpm: so are the fields of %s inline fragments, each with as many of them',
    async (many) => {
      const inner = `division(code: "410105") { ${'... { name } '.repeat(many)} }`;
      const query = `{ ${`... { ${inner} } `.repeat(many)} }`;
      const { status } = await answeredSoon(() => server[side].post({ query }));
      expect([200, 400]).toContain(status);
    },
  );

  it('GHSA-x6xq-whh3-gg32: a body without a length is read only up to the limit', async () => {
    const limit = side === 'gateway' ? 262_144 : 1_048_576;
    const body = Buffer.from(`{"query":"{ __typename }${' '.repeat(limit)}"}`);
    const { status, code } = await server[side].send(
      'POST',
      '/graphql',
      { ...json, 'transfer-encoding': 'chunked' },
      body.toString(),
    );
    expect([status, code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it('GHSA-cgqf-3cq5-wvcj: a compressed body is not decompressed', async () => {
    const packed = gzipSync(`{"query":"{ __typename }${' '.repeat(5_000_000)}"}`).toString('latin1');
    for (const encoding of ['gzip', 'br', 'deflate', 'zstd']) {
      const { status } = await server[side].send(
        'POST',
        '/graphql',
        { ...json, 'content-encoding': encoding },
        packed.slice(0, 200),
      );
      expect(status).toBe(415);
    }
  });

  it('GHSA-mp6q-xf9x-fwf7: a body in another character set than UTF-8 is rejected', async () => {
    for (const charset of ['utf-16', 'utf-32', 'iso-2022-jp', 'gb18030', 'x'.repeat(1000)]) {
      const { status } = await server[side].send(
        'POST',
        '/graphql',
        { 'content-type': `application/json; charset=${charset}` },
        '{"query":"{ __typename }"}',
      );
      expect(status).toBe(415);
    }
  });

  it('GHSA-9q82-xgwf-vj6h, GHSA-hff2-gcpx-8f4p: a GET with another content type is rejected, whatever its headers', async () => {
    for (const type of ['text/plain', 'application/json;charset=utf-8, text/plain', 'message/x'])
      expect(
        (await server[side].get({ query: '{ __typename }' }, { ...preflight, 'content-type': type })).status,
      ).toBe(415);
    expect((await server[side].get({ query: '{ __typename }' }, { ...preflight, ...json })).status).toBe(200);
  });

  it('GHSA-w8vq-3hf9-xppx: an anonymous subscription is rejected on paths without subscriptions', async () => {
    for (const query of [
      'subscription { incidentChanged(within: "410105") { id } }',
      'subscription { __typename }',
    ]) {
      const { text, code } = await answeredSoon(() => server[side].post({ query }));
      expect(JSON.parse(text)).not.toHaveProperty('data');
      expect(code).toMatch(/^(OPERATION_RESOLUTION_FAILURE|GRAPHQL_VALIDATION_FAILED)$/);
    }
  });

  it.each([
    ['GHSA-r344-xw3p-2frj: @defer', '{ ... @defer { division(code: "410105") { name } } }'],
    [
      'GHSA-gr6h-4wpf-xp52: @defer with the same label twice',
      '{ ... @defer(label: "a") { __typename } ... @defer(label: "a") { division(code: "410105") { name } } }',
    ],
  ])('%s, and incremental delivery, are rejected', async (_id, query) => {
    for (const accept of ['application/json', 'multipart/mixed;deferSpec=20220824, application/json']) {
      const { code } = await answeredSoon(() => server[side].post({ query }, { accept }));
      expect(code).toBe('GRAPHQL_VALIDATION_FAILED');
    }
    const { status } = await server[side].post({ query }, { accept: 'multipart/mixed' });
    expect(status).toBe(406);
  });

  it.each(alike)(
    'GHSA-q9p4-hw9m-fj2v: a cached operation is used only for the same operation: %s',
    async (_what, operations) => {
      for (let run = 0; run < 3; run += 1) {
        const answers = await Promise.all(operations.map(([request]) => server[side].post(request)));
        expect(answers.map(({ text }) => JSON.parse(text))).toEqual(operations.map(([, data]) => ({ data })));
      }
    },
  );

  it.each([
    ['query Of {\n  division(code: "410105") { name }\n}', 'query Of {'],
    ['query\n{ division(code: "410105") { name } }', 'query'],
  ])(
    'GHSA-q9p4-hw9m-fj2v: nor is it used for a part of its text with the rest as its name',
    async (query, head) => {
      for (const operationName of [head, `\n${head}`]) {
        expect((await server[side].post({ query })).status).toBe(200);
        const { text } = await server[side].post({ query: query.slice(head.length + 1), operationName });
        expect(JSON.parse(text)).not.toHaveProperty('data');
      }
    },
  );

  it('GHSA-pfjj-6f4p-rvmh: names of Object.prototype can be used as aliases and variables', async () => {
    const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
    const query = `query ($__proto__: ID!, $constructor: ID!, $toString: Boolean!) {
      __proto__: division(code: $__proto__) { __proto__: name constructor: code }
      constructor: division(code: $constructor) { prototype: name toString: code hasOwnProperty: name valueOf: name @include(if: $toString) }
    }`;
    const variables = '{"__proto__":"410105","constructor":"410102","toString":true}';
    for (let run = 0; run < 3; run += 1) {
      const { status, text } = await server[side].post(
        `{"query":${JSON.stringify(query)},"variables":${variables}}`,
      );
      expect([status, text]).toEqual([
        200,
        '{"data":{"__proto__":{"__proto__":"金水区","constructor":"410105"},"constructor":{"prototype":"中原区","toString":"410102","hasOwnProperty":"中原区","valueOf":"中原区"}}}',
      ]);
    }
    for (const name of names) expect(Object.hasOwn(Object.prototype, name)).toBe(name !== 'prototype');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('GHSA-pfjj-6f4p-rvmh: extensions and variables with such names pollute nothing', async () => {
    await server[side].post(
      '{"query":"{ __typename }","variables":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}},"extensions":{"__proto__":{"polluted":1}},"__proto__":{"polluted":1}}',
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('GHSA-pfjj-6f4p-rvmh: a subgraph response with names of Object.prototype', () => {
  const roads: TestedSubgraph = {
    name: 'roads',
    sdl: 'type Query { road: Road roads: [Road!]! } type Road @key(fields: "id") { id: ID! name: String twin: Road }',
    resolvers: { Query: { road: () => ({ id: '1', name: 'a' }), roads: () => [] } },
  };

  it.each([
    ['at the top', '{"data":{"road":{"name":"a"}},"__proto__":{"polluted":1}}'],
    ['in the data', '{"data":{"__proto__":{"polluted":1},"road":{"name":"a"}}}'],
    [
      'in an object',
      '{"data":{"road":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"name":"a"}}}',
    ],
    [
      'in an error',
      '{"data":{"road":{"name":"a"}},"errors":[{"message":"x","path":["__proto__","polluted"],"extensions":{"__proto__":{"polluted":1},"code":"BAD_USER_INPUT"}}]}',
    ],
  ])('%s pollutes nothing', async (_where, answer) => {
    const federation = await federate([roads]);
    try {
      federation.replaceSubgraph('roads', () => answer);
      const { data } = await federation.request('{ road { name } }');
      expect(data).toEqual({ road: { name: 'a' } });
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      expect(Object.keys(Object.prototype)).toEqual([]);
    } finally {
      await federation.stop();
    }
  });
});

it.each([
  ['fields below one another', `{ top { ${'next { other { '.repeat(12)} value ${'} } '.repeat(12)} } }`],
  [
    'fields beside one another, whose ways multiplied are beyond any number',
    `{ ${Array.from({ length: 600 }, (_, index) => `f${index}: top { value }`).join(' ')} }`,
  ],
])(
  'GHSA-fmj9-77q8-g6c4: planning stops for an operation with too many possible plans, and others are planned: %s',
  async (_what, query) => {
    const shared = (name: string): TestedSubgraph => ({
      name,
      sdl: 'type Query { top: Node @shareable } type Node @key(fields: "id") { id: ID! @shareable next: Node @shareable other: Node @shareable value: Int @shareable }',
      resolvers: {
        Query: { top: () => ({ id: '1' }) },
        Node: { next: () => ({ id: '1' }), value: () => 1 },
      },
    });
    const federation = await federate(['a', 'b', 'c', 'd'].map(shared), {
      planner: { timeoutMs: 1000 },
    });
    try {
      const { data, errors } = await federation.request(query);
      expect(data !== undefined || errors?.[0]?.extensions?.code === 'OPERATION_TOO_COMPLEX').toBe(true);
      expect((await federation.request('{ top { value } }')).data).toEqual({ top: { value: 1 } });
    } finally {
      await federation.stop();
    }
  },
);

describe('GHSA-j5g3-5c8r-7qfx: a malformed secret', () => {
  const secret = 'not-to-be-disclosed';
  it.each<[string, () => unknown]>([
    [
      'the gateway',
      () =>
        readConfig({ VIEWER_KEYS: `a:${secret}\n`, API_KEYS: secret, REDIS_URL: secret, PLACES_URL: secret }),
    ],
    [
      'a subgraph',
      () =>
        readSubgraphConfig('places', 7001, {
          VIEWER_KEYS: `a:${secret}\n`,
          API_KEYS: secret,
          PLACES_KEYS: secret,
          PLACES_DATABASE_URL: `${secret}@db`,
        }),
    ],
  ])('is not in the message with which %s refuses to start', (_who, read) => {
    expect(read).toThrow('VIEWER_KEYS');
    expect(read).not.toThrow(secret);
  });
});
