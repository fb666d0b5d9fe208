// The gateway through Apollo Server: requests get the same answers as from its own server, and each client pays for what it causes.
import { preflight } from '@district-graph/kit/testing/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Client,
  type ConfiguredGateway,
  startConfiguredGateway,
} from '../testkit/configured-gateway.ts';

let own: ConfiguredGateway;
let apollo: ConfiguredGateway;
beforeAll(async () => {
  own = await startConfiguredGateway();
  apollo = await startConfiguredGateway({ GATEWAY_SERVER: 'apollo' });
});
afterAll(async () => {
  await own.stop();
  await apollo.stop();
});

const division = (inside: string) => `{ division(code: "410105") { ${inside} } }`;
const mediaTypes = ['application/json', 'application/graphql-response+json'];
const mutation =
  'mutation { closeServicePoint(input: { servicePointId: "a", idempotencyKey: "b" }) { __typename } }';

/** Requests and the code of the answer; undefined for those that are answered. */
const requests: [what: string, body: Record<string, unknown>, code?: string][] = [
  ['a query', { query: division('name') }],
  [
    'a query of one of several operations',
    { query: 'query A { __typename } query B { a: __typename }', operationName: 'B' },
  ],
  ['a query with fragments', { query: `${division('...F')} fragment F on Division { code name }` }],
  ['introspection', { query: '{ __schema { queryType { name } } }' }],
  ['no query', {}, 'BAD_REQUEST'],
  ['an empty query', { query: '' }, 'BAD_REQUEST'],
  ['a query that is not text', { query: 1 }, 'BAD_REQUEST'],
  ['nothing but a comment', { query: '# nothing' }, 'GRAPHQL_PARSE_FAILED'],
  ['a syntax error', { query: '{ division(' }, 'GRAPHQL_PARSE_FAILED'],
  ['a value where none is expected', { query: '{ division "secret" }' }, 'GRAPHQL_PARSE_FAILED'],
  ['too many tokens', { query: `{ ${'__typename '.repeat(10_001)} }` }, 'OPERATION_TOO_LONG'],
  ['a long name', { query: `{ ${'a'.repeat(300)}: __typename }` }, 'OPERATION_TOO_LONG'],
  ['fragments alone', { query: 'fragment F on Division { name }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['an unknown field', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'a long document with an unknown field',
    { query: division(`${'name '.repeat(600)} nothing`) },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'several operations without a name',
    { query: 'query A { __typename } query B { __typename }' },
    'OPERATION_RESOLUTION_FAILURE',
  ],
  [
    'the name of no operation',
    { query: 'query A { __typename }', operationName: 'B' },
    'OPERATION_RESOLUTION_FAILURE',
  ],
  ['a query with an empty name', { query: 'query A { __typename }', operationName: '' }],
  [
    'a subscription',
    { query: 'subscription { incidentChanged(within: "410105") { id } }' },
    'OPERATION_RESOLUTION_FAILURE',
  ],
  [
    'no value for a variable',
    { query: 'query ($code: ID!) { division(code: $code) { name } }' },
    'BAD_USER_INPUT',
  ],
  [
    'null for a condition',
    { query: 'query ($a: Boolean = true) { __typename @skip(if: $a) }', variables: { a: null } },
    'BAD_USER_INPUT',
  ],
  [
    'a persisted query that is not known',
    { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } },
    'PERSISTED_QUERY_NOT_FOUND',
  ],
];

/** What a client sees of an answer. Trace ids and times differ. */
const seen = ({ status, code, headers, text }: Awaited<ReturnType<Client['post']>>) => ({
  status,
  code,
  type: headers['content-type'],
  allow: headers.allow,
  cached: headers['cache-control'],
  text: text.replace(/"traceId":"[^"]*"/g, ''),
});

describe.each(mediaTypes)('for %s, both servers answer', (accept) => {
  it.each(requests)('%s in the same way', async (_what, body, code) => {
    const expected = seen(await own.gateway.post(body, { accept }));
    expect(expected.code).toBe(code);
    expect(seen(await apollo.gateway.post(body, { accept }))).toEqual(expected);
  });

  it('a mutation by GET in the same way', async () => {
    const sent = { query: mutation };
    const expected = seen(await own.gateway.get(sent, { ...preflight, accept }));
    expect([expected.status, expected.code, expected.allow]).toEqual([405, 'METHOD_NOT_ALLOWED', 'POST']);
    expect(seen(await apollo.gateway.get(sent, { ...preflight, accept }))).toEqual(expected);
  });

  it('a field of a subgraph that is down in the same way', async () => {
    const body = { query: '{ a: roads(within: "410105001", first: 1) { nodes { id } } }' };
    const expected = seen(await own.gateway.post(body, { accept }));
    expect(expected.code).toBe('SUBGRAPH_UNAVAILABLE');
    expect(seen(await apollo.gateway.post(body, { accept }))).toEqual(expected);
  });
});

describe.each(['own', 'apollo'])('the server %s counts', (server) => {
  const start = (burst: number) =>
    startConfiguredGateway({
      GATEWAY_SERVER: server,
      VIEWER_RATE: '1',
      VIEWER_BURST: String(burst),
      COMPILE_AFTER: '0',
    });
  const as = (authorization: string) => ({ authorization });

  it('each root field as an operation', async () => {
    const strict = await start(10);
    try {
      const fields = Array.from({ length: 10 }, (_, index) => `a${index}: __typename`).join(' ');
      expect((await strict.gateway.post({ query: `{ ${fields} }` }, as('Bearer a'))).status).toBe(200);
      const { status, code, headers } = await strict.gateway.post({ query: `{ ${fields} }` }, as('Bearer a'));
      expect([status, code, Number(headers['retry-after']) > 0]).toEqual([429, 'RATE_LIMITED', true]);
      expect((await strict.gateway.post({ query: '{ __typename }' }, as('Bearer b'))).status).toBe(200);
    } finally {
      await strict.stop();
    }
  });

  /** Parsing ends at the last token, after nearly as many as are allowed. */
  const unfinished = (index: number) => `{ a${index}(b: [${'[]'.repeat(4900)} }`;
  /** Each pair of fields has to be compared. */
  const repetitive = (index: number) =>
    division(
      `${Array.from({ length: 90 }, (_, alias) => `a${index}_${alias}: name name`).join(' ')} nothing`,
    );

  it.each([
    ['parsing of documents that are not GraphQL', unfinished, 'GRAPHQL_PARSE_FAILED'],
    ['validation of documents that are not valid', repetitive, 'GRAPHQL_VALIDATION_FAILED'],
  ])(
    '%s as operations of the client that sent them, and serves others',
    async (_what, documentOf, refusal) => {
      const burst = 200;
      const strict = await start(burst);
      try {
        const startedMs = performance.now();
        let sent = 0;
        let code: string | undefined;
        do {
          ({ code } = await strict.gateway.post({ query: documentOf(sent) }, as('Bearer a')));
          sent += 1;
          expect([refusal, 'RATE_LIMITED']).toContain(code);
        } while (code !== 'RATE_LIMITED');

        // As many would be admitted if they were counted alone: the burst, and one in each second since.
        const seconds = (performance.now() - startedMs) / 1000;
        expect(sent).toBeLessThan(burst + seconds);
        expect((await strict.gateway.post({ query: division('name') }, as('Bearer b'))).status).toBe(200);
      } finally {
        await strict.stop();
      }
    },
  );
});
