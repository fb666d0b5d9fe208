// Compressed bodies, and the headers of subgraphs that clients get.
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { strictestCacheControl } from './cache-control.ts';
import { type FetchOptions, SubgraphClient } from './subgraph-client.ts';
import { type ReturnedHeaders, Subgraphs } from './subgraphs.ts';

let server: Server;
let url: string;
let answer: RequestListener;
let received: IncomingHttpHeaders = {};
beforeAll(async () => {
  server = createServer((request, response) => {
    received = request.headers;
    request.resume().on('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const options: FetchOptions = {
  timeoutMs: 5000,
  maxAnswerBytes: 10_000,
  maxConnections: 4,
  maxWaiting: 4,
  breaker: { failures: 100, restMs: 150 },
};

describe('a compressed response', () => {
  const packed =
    (encoding: string, bytes: Buffer): RequestListener =>
    (_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(bytes);
  const called = async (listener: RequestListener, acceptEncoding: string | null = null) => {
    answer = listener;
    const client = new SubgraphClient('care', url, { ...options, acceptEncoding }, () => {});
    try {
      return await client.call('{"query":"{a}"}', false, []);
    } catch (error) {
      return (error as { extensions: { code: string } }).extensions.code;
    } finally {
      client.close();
    }
  };
  const text = '{"data":{"a":"文"}}';
  const latin1 = Buffer.from(text).toString('latin1');
  /** Empty gzip members: longer than a response may be, although they decompress to nothing. */
  const longOnTheWay = Buffer.concat(Array.from({ length: 1000 }, () => gzipSync('')));

  it.each([
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['zstd', zstdCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
    ['identity,GZIP , deflate,', deflateSync(gzipSync(text))],
    ['gzip, gzip, gzip, gzip', gzipSync(gzipSync(gzipSync(gzipSync(text))))],
    ['identity', Buffer.from(text)],
    ['', Buffer.from(text)],
  ])('with %j is accepted, although it was not requested', async (encoding, bytes) => {
    expect(await called(packed(encoding, bytes))).toBe(latin1);
    expect(received).not.toHaveProperty('accept-encoding');
  });

  it('is requested with the configured encodings', async () => {
    expect(await called(packed('br', brotliCompressSync(text)), 'gzip, br')).toBe(latin1);
    expect(received['accept-encoding']).toBe('gzip, br');
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['deflate', deflateSync],
  ] as const)('by %s is as long as one may be once it is unpacked', async (encoding, pack) => {
    const longest = 'x'.repeat(options.maxAnswerBytes);
    expect(await called(packed(encoding, pack(longest)))).toBe(longest);
    expect(await called(packed(encoding, pack(`${longest}x`)))).toBe('SUBGRAPH_BAD_RESPONSE');
  });

  it.each([
    ['not compressed', 'gzip', Buffer.from(text), 'SUBGRAPH_BAD_RESPONSE'],
    ['truncated', 'br', brotliCompressSync(text.repeat(9)).subarray(0, 12), 'SUBGRAPH_BAD_RESPONSE'],
    [
      'not UTF-8 when decompressed',
      'gzip',
      gzipSync(Buffer.from([0x22, 0xff, 0x22])),
      'SUBGRAPH_BAD_RESPONSE',
    ],
    ['in an unknown encoding', 'compress', Buffer.from(text), 'SUBGRAPH_UNAVAILABLE'],
    ['encoded in the other order', 'br, gzip', brotliCompressSync(gzipSync(text)), 'SUBGRAPH_BAD_RESPONSE'],
    ['in an unknown encoding among others', 'gzip, compress', gzipSync(text), 'SUBGRAPH_UNAVAILABLE'],
    ['encoded five times', 'br, br, br, br, br', Buffer.from(text), 'SUBGRAPH_UNAVAILABLE'],
    [
      'too long before the last decoding',
      'gzip, br',
      brotliCompressSync(longOnTheWay),
      'SUBGRAPH_BAD_RESPONSE',
    ],
  ])('that is %s is an error', async (_what, encoding, bytes, code) => {
    expect(await called(packed(encoding, bytes))).toBe(code);
  });

  it('with an error status gives the reason', async () => {
    const refused = '{"errors":[{"message":"no"}]}';
    const listener: RequestListener = (_request, response) =>
      response.writeHead(400, { 'content-encoding': 'gzip' }).end(gzipSync(refused));
    expect(await called(listener)).toBe(refused);
  });
});

describe('headers that are returned to clients', () => {
  const returnedBy = async (...answers: Record<string, string | string[]>[]) => {
    const subgraphs = new Subgraphs({
      fetch: options,
      addressOf: () => null,
      forwardedHeaders: [],
      returnedHeaders: ['set-cookie', 'cache-control', 'x-note'],
      log: () => {},
    });
    subgraphs.update([{ name: 'care', url }]);
    const returned: ReturnedHeaders = {};
    for (const headers of answers) {
      answer = (_request, response) => response.writeHead(200, headers).end('{"data":{}}');
      await subgraphs.call('care', '{}', false, [], returned);
    }
    subgraphs.close();
    return returned;
  };

  it('include every cookie that subgraphs set', async () => {
    const first = ['a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT', 'b=2'];
    const returned = await returnedBy({ 'set-cookie': first }, {}, { 'set-cookie': ['c=3', 'b=2'] });
    expect(returned['set-cookie']).toEqual([...first, 'c=3']);
  });

  it('join other values with commas', async () => {
    expect((await returnedBy({ 'x-note': 'a' }, { 'x-note': 'a' }, { 'x-note': 'b' }))['x-note']).toBe(
      'a, b',
    );
  });

  it('allow caching only as long as every part allows', async () => {
    const all = [{ 'cache-control': 'max-age=60, public' }, { 'cache-control': 'private, max-age=30' }];
    expect((await returnedBy(...all))['cache-control']).toBe('private, max-age=30');
    expect((await returnedBy(...all, {}))['cache-control']).toBe('no-store');
    expect((await returnedBy({}, ...all))['cache-control']).toBe('no-store');
  });

  it('include none of a response that was not used', async () => {
    const subgraphs = new Subgraphs({
      fetch: options,
      addressOf: () => null,
      forwardedHeaders: [],
      returnedHeaders: ['set-cookie'],
      log: () => {},
    });
    subgraphs.update([{ name: 'care', url }]);
    const returned: ReturnedHeaders = {};
    let calls = 0;
    answer = (_request, response) => {
      calls += 1;
      response.writeHead(calls === 1 ? 503 : 200, { 'set-cookie': `call=${calls}` }).end('{"data":{}}');
    };
    await subgraphs.call('care', '{}', false, [], returned);
    subgraphs.close();
    expect(returned['set-cookie']).toEqual(['call=2']);
  });
});

it.each([
  ['max-age=60', 'max-age=60', 'max-age=60'],
  ['max-age=60', 'max-age=10', 'max-age=10'],
  ['public, max-age=60', 'public, max-age="10"', 'public, max-age=10'],
  ['public', 'max-age=10', 'max-age=0'],
  ['max-age=60', 'no-store', 'no-store'],
  ['max-age=60', 'no-cache', 'no-cache, max-age=0'],
  ['max-age=60, s-maxage=600', 'max-age=100', 'max-age=60, s-maxage=100'],
  ['max-age=60, stale-if-error=5', 'max-age=60, stale-if-error=9, immutable', 'max-age=60, stale-if-error=5'],
  ['max-age=-1', 'max-age=60', 'max-age=0'],
  ['PRIVATE="a", max-age=5', 'max-age=7, must-revalidate', 'private, must-revalidate, max-age=5'],
  ['public', 'immutable', 'no-store'],
])('of %s and %s the strictest is %s', (one, other, expected) => {
  expect(strictestCacheControl(one, other)).toBe(expected);
  expect(strictestCacheControl(other, one)).toBe(expected);
});
