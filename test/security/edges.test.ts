// The HTTP interface of the gateway and the subgraphs: security headers, CORS, malformed text and request smuggling.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConfiguredGateway, startConfiguredGateway } from '../testkit/configured-gateway.ts';

const listed = 'https://desk.example';
let server: ConfiguredGateway;
let crossing: ConfiguredGateway;
beforeAll(async () => {
  server = await startConfiguredGateway();
  crossing = await startConfiguredGateway({
    ALLOWED_ORIGINS: `${listed}, https://other.example`,
    FORWARDED_HEADERS: 'authorization, x-bureau',
    RETURNED_HEADERS: 'x-subgraph-version',
  });
});
afterAll(async () => {
  await server.stop();
  await crossing.stop();
});

const json = { 'content-type': 'application/json' };
const body = '{"query":"{ __typename }"}';

describe.each(['gateway', 'subgraph'] as const)('every response of the %s', (side) => {
  it.each<[string, string, Record<string, string>, string | undefined]>([
    ['POST', '/graphql', json, body],
    ['POST', '/graphql', json, '{'],
    ['POST', '/graphql', { 'content-type': 'text/plain' }, body],
    ['POST', '/graphql', json, '{"query":"{ nope }"}'],
    ['GET', '/graphql?query=%7B__typename%7D', { 'graphql-require-preflight': '1' }, undefined],
    ['GET', '/nowhere', {}, undefined],
    ['PUT', '/graphql', {}, undefined],
    ['GET', '/health/live', {}, undefined],
  ])('to %s %s %j has security and cache headers', async (method, path, headers, text) => {
    const answer = await server[side].send(method, path, headers, text);
    expect(answer.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
    expect(Object.keys(answer.headers)).not.toContain('x-powered-by');
    expect(Object.keys(answer.headers)).not.toContain('strict-transport-security');
  });

  it.each(['TRACE', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'PROPFIND'])(
    'to %s has the allowed methods',
    async (method) => {
      const { status, headers } = await server[side].send(method, '/graphql');
      expect([status, headers.allow]).toEqual([405, 'GET, POST']);
    },
  );

  it('to TRACE on any path repeats nothing of the request', async () => {
    const { status, text } = await server[side].send('TRACE', '/', { 'x-secret': 'disclosed' });
    expect([status, text.includes('disclosed')]).toEqual([405, false]);
  });

  it('does not depend on the Host header', async () => {
    const { status, text } = await server[side].send(
      'POST',
      '/graphql',
      { ...json, host: 'evil.example' },
      body,
    );
    expect([status, text]).toEqual([200, '{"data":{"__typename":"Query"}}']);
  });
});

describe('pages', () => {
  it('have their own content security policy, and cannot be framed', async () => {
    const { headers } = await server.gateway.send('GET', '/playground/', { accept: 'text/html' });
    expect(headers['content-security-policy']).toMatch(/default-src 'self'.*frame-ancestors 'none'/);
    expect(headers['x-frame-options']).toBe('DENY');
  });
});

describe('pages of other sites', () => {
  const preflight = (origin: string) => ({
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type, authorization',
  });

  it('are allowed when they are on the list', async () => {
    for (const path of ['/graphql', '/graphql/stream']) {
      const { status, headers } = await crossing.gateway.send('OPTIONS', path, preflight(listed));
      expect([status, headers['access-control-allow-origin'], headers.vary]).toEqual([204, listed, 'Origin']);
      expect(headers['access-control-allow-methods']).toBe('GET, POST');
      expect(headers['access-control-allow-headers']).toMatch(/authorization, content-type/);
    }
    const { headers } = await crossing.gateway.send('POST', '/graphql', { ...json, origin: listed }, body);
    expect(headers['access-control-allow-origin']).toBe(listed);
    expect(headers.vary).toMatch(/^Origin, accept/);
  });

  it('may send the headers that the gateway reads or forwards, and read those that it returns', async () => {
    const { headers } = await crossing.gateway.send('OPTIONS', '/graphql', preflight(listed));
    const allowed = String(headers['access-control-allow-headers']).split(', ');
    for (const name of [
      'x-purpose',
      'x-cost',
      'x-query-plan',
      'last-event-id',
      'apollographql-client-name',
      'x-bureau',
    ])
      expect(allowed).toContain(name);
    const answer = await crossing.gateway.send('POST', '/graphql', { ...json, origin: listed }, body);
    const exposed = String(answer.headers['access-control-expose-headers']).split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['retry-after', 'x-request-id', 'x-subgraph-version']));
  });

  it('can read the error of a bad request', async () => {
    const { status, headers } = await crossing.gateway.send(
      'POST',
      '/graphql',
      { ...json, origin: listed },
      '{',
    );
    expect([status, headers['access-control-allow-origin']]).toEqual([400, listed]);
  });

  it.each([
    'https://evil.example',
    'https://desk.example.evil.example',
    'http://desk.example',
    'https://desk.example:444',
    'null',
    'https://DESK.example',
  ])('of %s are not allowed', async (origin) => {
    const preflighted = await crossing.gateway.send('OPTIONS', '/graphql', preflight(origin));
    expect([preflighted.status, preflighted.code]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
    const sent = await crossing.gateway.send('POST', '/graphql', { ...json, origin }, body);
    for (const { headers } of [preflighted, sent]) {
      expect(Object.keys(headers)).not.toContain('access-control-allow-origin');
      // A cache must not reuse the response for another origin.
      expect(headers.vary).toMatch(/Origin/);
    }
  });

  it('may never send cookies, and never match a wildcard', async () => {
    for (const origin of [listed, 'https://evil.example'])
      for (const method of ['OPTIONS', 'POST']) {
        const { headers } = await crossing.gateway.send(
          method,
          '/graphql',
          { ...json, ...preflight(origin) },
          body,
        );
        expect(Object.keys(headers)).not.toContain('access-control-allow-credentials');
        expect(headers['access-control-allow-origin']).not.toBe('*');
      }
  });

  it('get no CORS headers without a list', async () => {
    const { status, headers } = await server.gateway.send('OPTIONS', '/graphql', preflight(listed));
    expect(status).toBe(405);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('text', () => {
  it.each([
    ['NUL in a variable', '{"query":"{__typename}","variables":{"a":{"b":["\\u0000"]}}}'],
    ['a lone surrogate in a variable', '{"query":"{__typename}","variables":{"a":"\\udc00"}}'],
    ['a lone surrogate in the query', '{"query":"{ division(code: \\"\\ud800\\") { name } }"}'],
    ['NUL in a literal', '{"query":"{ division(code: \\"\\\\u0000\\") { name } }"}'],
    ['a turn of direction in a variable', '{"query":"{__typename}","variables":{"a":"王\\u202e五"}}'],
    ['a turn of direction in a literal', '{"query":"{ division(code: \\"\u2066x\\") { name } }"}'],
    ['NUL in the operation’s name', '{"query":"{__typename}","operationName":"\\u0000"}'],
  ])('with %s is rejected by both', async (_what, sent) => {
    for (const side of [server.gateway, server.subgraph]) {
      const { status, code, text } = await side.post(sent);
      expect([status, code]).toEqual([400, 'BAD_USER_INPUT']);
      expect(text).toMatch(/NUL.*writing direction/);
    }
  });

  it('with a lone surrogate in a GraphQL escape is a syntax error', async () => {
    const { code } = await server.gateway.post({ query: '{ division(code: "\\ud800") { name } }' });
    expect(code).toBe('GRAPHQL_PARSE_FAILED');
  });

  it.each([
    ['a number beyond 32 bits', { first: 2 ** 31 }],
    ['a fraction', { first: 1.5 }],
    ['a number as text', { first: '1' }],
    ['no number', { first: { $gt: 0 } }],
  ])('instead of a number: %s is rejected', async (_what, variables) => {
    const query = 'query ($first: Int) { divisions(first: $first) { nodes { name } } }';
    for (const side of [server.gateway, server.subgraph])
      expect((await side.post({ query, variables })).code).toBe('BAD_USER_INPUT');
  });
});

/** The response to bytes that no client library would send. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });

describe('request smuggling', () => {
  it.each([
    [
      'a length and chunks',
      'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: a\r\n\r\n',
    ],
    ['two lengths', 'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}'],
    ['a length that is none', 'POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n{}'],
    [
      'a coding that is none',
      'POST /graphql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
    ],
    ['a header over two lines', 'GET /health/live HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n'],
    ['a space before the colon', 'GET /health/live HTTP/1.1\r\nHost : a\r\n\r\n'],
    ['lines that end in LF alone', 'GET /health/live HTTP/1.1\nHost: a\nX: y\n\n'],
  ])('%s get one error, and the connection is closed', async (_what, bytes) => {
    const text = await raw(bytes);
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
  });
});
