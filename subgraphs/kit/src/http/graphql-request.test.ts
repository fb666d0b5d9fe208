import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLOperation } from '../operation/graphql-operation.ts';
import { client, preflight } from '../testing/http.ts';
import { type GraphQLServer, serveGraphQL } from './graphql-server.ts';

const graphqlResponse = 'application/graphql-response+json';
const maxBodyBytes = 20_000;

let server: GraphQLServer;
const received: GraphQLOperation[] = [];
const { post, get, send } = client(() => server.port);

beforeAll(async () => {
  server = await serveGraphQL(
    {
      answer: async (operation) => {
        received.push(operation);
        return { executed: true, body: JSON.stringify({ data: operation.query }) };
      },
      checkReady: async () => ({}),
      maxBodyBytes,
    },
    0,
    '127.0.0.1',
  );
});
afterAll(() => server.close());

describe('the media type of an answer', () => {
  it.each<[string | undefined, string | null]>([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['application/json', 'application/json'],
    [graphqlResponse, graphqlResponse],
    ['application/json; charset=utf-8', 'application/json'],
    ['Application/GraphQL-Response+JSON; Charset="UTF-8"', graphqlResponse],
    [`${graphqlResponse}, application/json;q=0.9`, graphqlResponse],
    [`application/json;q=0.9, ${graphqlResponse}`, graphqlResponse],
    [`${graphqlResponse};q=0.4, application/json;q=0.5`, 'application/json'],
    [`*/*;q=0.8, ${graphqlResponse}`, graphqlResponse],
    ['text/html, */*;q=0.8', 'application/json'],
    ['application/json;q=0, */*', graphqlResponse],
    ['text/html', null],
    ['application/json; charset=latin1', null],
    ['application/json;q=0', null],
  ])('for Accept %s is %s', async (accept, mediaType) => {
    const { status, headers, code } = await post({ query: 'a' }, accept === undefined ? {} : { accept });
    if (mediaType === null) {
      expect([status, code]).toEqual([406, 'NOT_ACCEPTABLE']);
    } else {
      expect([status, headers['content-type']]).toEqual([200, `${mediaType}; charset=utf-8`]);
      expect(headers.vary).toBe('accept, accept-encoding');
    }
  });

  it('applies to errors as well', async () => {
    const { status, headers } = await post('{', { accept: graphqlResponse });
    expect([status, headers['content-type']]).toEqual([400, `${graphqlResponse}; charset=utf-8`]);
  });
});

describe('a POST', () => {
  it('is parsed to the operation as it was sent', async () => {
    received.length = 0;
    const sent = { query: '文', operationName: 'A', variables: { x: [1, null] }, extensions: { y: {} } };
    expect((await post(sent)).text).toBe('{"data":"文"}');
    await post({ query: 'a', operationName: '', variables: null });
    const nothing = { operationName: null, variables: null, extensions: null };
    expect(received).toEqual([
      { ...sent, method: 'POST' },
      { query: 'a', ...nothing, method: 'POST' },
    ]);
  });

  it.each([
    ['invalid JSON', '{"query":'],
    ['an empty body', ''],
    ['a text', '"a"'],
    ['null', 'null'],
    ['no query', '{}'],
    ['an empty query', '{"query":""}'],
    ['a query that is not a string', '{"query":{"a":1}}'],
    ['an operationName that is not a string', '{"query":"a","operationName":1}'],
    ['variables that are a list', '{"query":"a","variables":[]}'],
    ['variables that are a text', '{"query":"a","variables":"{}"}'],
    ['extensions that are no object', '{"query":"a","extensions":1}'],
  ])('with %s is refused with 400', async (_what, body) => {
    const { status, code, text } = await post(body);
    expect([status, code]).toEqual([400, 'BAD_REQUEST']);
    expect(text).toMatch(/\p{Script=Han}.*[a-z]/u);
  });

  it('with a list of operations is refused, however short', async () => {
    for (const body of ['[{"query":"a"}]', '[]', '[{"query":"a"},{"query":"b"}]']) {
      const { status, code, text } = await post(body);
      expect([status, code]).toEqual([400, 'BATCH_NOT_SUPPORTED']);
      expect(text).toMatch(/只接受 1 个操作，收到 \d.*One operation/);
    }
  });

  it.each([
    ['NUL', '{"query":"a","variables":{"x":"\\u0000"}}'],
    ['NUL in a key', '{"query":"a","variables":{"\\u0000":1}}'],
    ['a bidi control after a backslash', '{"query":"a","variables":{"x":"\\\\\\u202E"}}'],
    ['a low surrogate', '{"query":"a","variables":{"x":"\\ude00"}}'],
    ['two high surrogates', '{"query":"a","variables":{"x":"\\ud83d\\ud83d"}}'],
    ['a lone surrogate', '{"query":"a","variables":{"x":["\\ud83d"]}}'],
    ['an escaped NUL in the query', '{"query":"{ a(x: \\"\\\\u0000\\") }"}'],
    ['a braced NUL in the query', '{"query":"{ a(x: \\"\\\\u{00}\\") }"}'],
    ['a turn of direction', '{"query":"a","variables":{"x":"张\u202e三"}}'],
    ['an escaped turn of direction', '{"query":"a","variables":{"x":"\\u2066a"}}'],
    ['a turn of direction in a comment of the query', '{"query":"a # \u202e"}'],
    ['an escaped turn of direction in the query', '{"query":"{ a(x: \\"\\\\u202E\\") }"}'],
    ['a braced turn of direction in the query', '{"query":"{ a(x: \\"\\\\u{0202a}\\") }"}'],
  ])('with %s is refused', async (_what, body) => {
    const { status, code } = await post(body);
    expect([status, code]).toEqual([400, 'BAD_USER_INPUT']);
  });

  it.each([
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a slash in two bytes', [0xc0, 0xaf]],
    ['a truncated character', [0xe6, 0xa1]],
    ['latin1', [0xe9]],
  ])('with %s, which is not UTF-8, is refused with 400', async (_what, bytes) => {
    const [before = '', after = ''] = JSON.stringify({ query: '{ a(x: "#") }' }).split('#');
    const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
    const headers = { 'content-type': 'application/json' };
    const { status, code, text } = await send('POST', '/graphql', headers, body);
    expect([status, code]).toEqual([400, 'BAD_REQUEST']);
    expect(text).toContain('UTF-8');
  });

  it('may contain a surrogate pair, and text that only looks like an escape', async () => {
    const variables = { x: '😀', y: String.raw`\u0000` };
    expect((await post(`{"query":"a","variables":{"x":"\\ud83d\\ude00"}}`)).status).toBe(200);
    expect((await post({ query: 'a', variables })).status).toBe(200);
  });

  it.each([
    ['application/json; charset=utf-8', 200],
    ['application/json;charset="UTF-8"', 200],
    ['Application/JSON', 200],
    ['application/json; boundary=x', 200],
    ['application/json; odata.metadata=minimal; charset=UTF-8', 200],
    ['application/json; odata.metadata=minimal; charset=gbk', 415],
    ['application/json; charset=utf-16', 415],
    ['application/json-seq; boundary=x', 415],
    ['application/json; charset=latin1', 415],
    ['application/jsonp', 415],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/graphql', 415],
  ])('of %s is answered with %i', async (type, status) => {
    expect(
      (await send('POST', '/graphql', { 'content-type': type, ...preflight }, '{"query":"a"}')).status,
    ).toBe(status);
  });

  it('without a content type, or with an encoding, is refused', async () => {
    expect((await send('POST', '/graphql', {}, '{"query":"a"}')).status).toBe(415);
    const { status, code } = await post({ query: 'a' }, { 'content-encoding': 'gzip' });
    expect([status, code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect((await post({ query: 'a' }, { 'content-encoding': 'identity' })).status).toBe(200);
  });

  it('may have as many bytes as allowed and no more, with or without a content length', async () => {
    const body = (bytes: number) => JSON.stringify({ query: 'a'.repeat(bytes - 12) });
    for (const more of [{}, { 'transfer-encoding': 'chunked' }] as Record<string, string>[]) {
      expect((await post(body(maxBodyBytes), more)).status).toBe(200);
      const { status, code, headers } = await post(body(maxBodyBytes + 1), more);
      expect([status, code, headers.connection]).toEqual([413, 'PAYLOAD_TOO_LARGE', 'close']);
    }
  });
});

describe('a GET', () => {
  it('is parsed with query, operationName, variables and extensions', async () => {
    received.length = 0;
    await get({ query: '{ 文 + b }', operationName: 'A', variables: '{"x":"+ &"}', extensions: '{"y":1}' });
    await get({ query: 'a', variables: '', operationName: '' });
    expect(received).toMatchObject([
      {
        query: '{ 文 + b }',
        operationName: 'A',
        variables: { x: '+ &' },
        extensions: { y: 1 },
        method: 'GET',
      },
      { query: 'a', operationName: null, variables: null, extensions: null, method: 'GET' },
    ]);
  });

  it('needs a header that no page of another site can send; Accept is not one', async () => {
    for (const headers of [
      {},
      { accept: 'application/json' },
      { accept: graphqlResponse },
      { 'graphql-require-preflight': '' },
    ]) {
      const { status, code, text } = await get({ query: 'a' }, headers as Record<string, string>);
      expect([status, code]).toEqual([400, 'BAD_REQUEST']);
      expect(text).toContain('graphql-require-preflight');
    }
    for (const name of ['graphql-require-preflight', 'apollo-require-preflight', 'x-apollo-operation-name'])
      expect((await get({ query: 'a' }, { [name]: 'x' })).status).toBe(200);
  });

  it('with the content type of JSON needs no such header: browsers send a preflight for it', async () => {
    for (const type of ['application/json', 'application/json; charset=utf-8; x=y'])
      expect((await get({ query: 'a' }, { 'content-type': type })).status).toBe(200);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/plain; application/json'])
      expect((await get({ query: 'a' }, { 'content-type': type })).status).toBe(415);
  });

  it.each<[string, Record<string, string>]>([
    ['no query', {}],
    ['variables that are no JSON', { query: 'a', variables: '{' }],
    ['variables that are a list', { query: 'a', variables: '[]' }],
    ['extensions that are a text', { query: 'a', extensions: '"x"' }],
    ['NUL', { query: 'a', variables: '{"x":"\\u0000"}' }],
  ])('with %s is refused with 400', async (_what, parameters) => {
    expect((await get(parameters)).status).toBe(400);
  });
});

describe('a GET with a percent-encoding', () => {
  it.each(['%ED%A0%80', '%C0%AF', '%E6%A1'])(
    'of %s, which is not UTF-8, is refused with 400',
    async (bytes) => {
      const path = `/graphql?query=%7B%20a(x:%20%22${bytes}%22)%20%7D`;
      const { status, code } = await send('GET', path, preflight);
      expect([status, code]).toEqual([400, 'BAD_REQUEST']);
    },
  );

  it('may contain a percent sign that encodes nothing', async () => {
    expect((await send('GET', '/graphql?query=a&operationName=100%', preflight)).status).toBe(200);
  });
});

describe('automatic persisted queries', () => {
  const hashed = (query: string, sha256Hash = createHash('sha256').update(query).digest('hex')) => ({
    persistedQuery: { version: 1, sha256Hash },
  });

  it('are executed by hash once their text was sent, by POST and GET', async () => {
    const unknown = await post({ extensions: hashed('known') });
    expect(JSON.parse(unknown.text)).toEqual({
      errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
    expect((await post({ query: 'known', extensions: hashed('known') })).text).toBe('{"data":"known"}');
    expect((await post({ extensions: hashed('known') })).text).toBe('{"data":"known"}');
    expect((await get({ extensions: JSON.stringify(hashed('known')) })).text).toBe('{"data":"known"}');
  });

  it('are refused with a hash that does not match, and not stored', async () => {
    const wrong = hashed('other');
    expect((await post({ query: 'evil', extensions: wrong })).status).toBe(400);
    expect((await post({ extensions: wrong })).code).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it.each([{ version: 2, sha256Hash: 'x' }, { version: 1 }, 'x', 1])(
    'of an unknown kind (%j) are refused',
    async (kind) => {
      const { status, code } = await post({ query: 'a', extensions: { persistedQuery: kind } });
      expect([status, code]).toEqual([400, 'PERSISTED_QUERY_NOT_SUPPORTED']);
    },
  );
});

describe('nesting', () => {
  const nested = (levels: number) => `${'{a'.repeat(levels)}${'}'.repeat(levels)}`;
  it.each<[string, object]>([
    ['a query', { query: nested(300) }],
    ['variables', { query: '{a}', variables: JSON.parse(`{"v":${'['.repeat(300)}${']'.repeat(300)}}`) }],
  ])('too deep in %s is refused', async (_what, body) => {
    const { status, text } = await post(JSON.stringify(body));
    expect(status).toBe(400);
    expect(JSON.parse(text).errors[0].extensions).toEqual({ code: 'OPERATION_TOO_DEEP', limit: 200 });
  });

  it('does not count brackets in strings', async () => {
    const query = `{a(b:"${'{'.repeat(300)}")}`;
    expect((await post(JSON.stringify({ query, variables: { v: '['.repeat(300) } }))).status).toBe(200);
  });
});
