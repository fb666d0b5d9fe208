import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { mutationOverGet } from '../operation/graphql-operation.ts';
import { client, preflight } from '../testing/http.ts';
import { type GraphQLServer, serveGraphQL } from './graphql-server.ts';

const graphqlResponse = 'application/graphql-response+json';
const long = '文化站'.repeat(2000);

let server: GraphQLServer;
let isReady = true;
const third = Promise.withResolvers<void>();
const { post, get, send } = client(() => server.port);

beforeAll(async () => {
  server = await serveGraphQL(
    {
      // The query determines the answer: only the transport is tested here.
      answer: async ({ query, method }) => {
        if (query === 'invalid') return { executed: false, body: '{"errors":[{"message":"坏"}]}' };
        if (query === 'busy')
          return { executed: false, status: 503, headers: { 'retry-after': '1' }, body: '{}' };
        if (query === 'cookies')
          return {
            executed: true,
            headers: { 'set-cookie': ['a=1', 'b=2'], 'cache-control': 'private' },
            body: '{}',
          };
        if (query === 'throw') throw new Error('connect 10.0.0.1');
        if (query === 'long') return { executed: true, body: JSON.stringify({ data: long }) };
        if (query === 'latin1') {
          const body = Buffer.from('{"data":"文"}').toString('latin1');
          return { executed: true, encoding: 'latin1', body };
        }
        if (query === 'mutation' && method === 'GET') return mutationOverGet;
        if (query === 'first') await third.promise;
        if (query === 'third') third.resolve();
        return { executed: true, body: Buffer.from(JSON.stringify({ data: query })) };
      },
      checkReady: async () => {
        if (!isReady) throw new Error('away');
        return { subgraphs: 6 };
      },
      answerPage: async (_request, response, path) => {
        if (path === '/page') response.end('page');
        return path === '/page';
      },
      maxBodyBytes: 20_000,
    },
    0,
    '127.0.0.1',
  );
});
afterAll(() => server.close());

it('sets each cookie by itself, and replaces the default cache-control', async () => {
  const { headers } = await post({ query: 'cookies' });
  expect(headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'cache-control': 'private' });
});

describe('the status', () => {
  it('depends on the media type only if the operation was not executed', async () => {
    expect((await post({ query: 'invalid' })).status).toBe(200);
    expect((await post({ query: 'invalid' }, { accept: graphqlResponse })).status).toBe(400);
    for (const accept of ['application/json', graphqlResponse]) {
      expect((await post({ query: 'a' }, { accept })).status).toBe(200);
      const busy = await post({ query: 'busy' }, { accept });
      expect([busy.status, busy.headers['retry-after']]).toEqual([503, '1']);
    }
  });

  it('of a mutation by GET is 405', async () => {
    for (const accept of ['application/json', graphqlResponse]) {
      const { status, headers, code } = await get({ query: 'mutation' }, { ...preflight, accept });
      expect([status, headers.allow, code]).toEqual([405, 'POST', 'METHOD_NOT_ALLOWED']);
    }
  });

  it('of an internal error is 500, and nothing about it is disclosed', async () => {
    const { status, text, code } = await post({ query: 'throw' });
    expect([status, code]).toEqual([500, 'INTERNAL_SERVER_ERROR']);
    expect(text).not.toContain('10.0.0.1');
  });
});

describe('an answer', () => {
  it.each<[string, string | undefined]>([
    ['gzip', 'gzip'],
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1, br;q=0.5', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['identity', undefined],
    ['gzip;q=0', undefined],
  ])('that is long is compressed for Accept-Encoding %s as %s', async (accepted, encoding) => {
    const { headers, bytes } = await post({ query: 'long' }, { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['content-length']).toBe(String(bytes.length));
    const plain = encoding === 'br' ? brotliDecompressSync(bytes) : encoding ? gunzipSync(bytes) : bytes;
    expect(JSON.parse(plain.toString())).toEqual({ data: long });
  });

  it('that is short, or without Accept-Encoding, is sent uncompressed', async () => {
    expect(
      (await post({ query: 'a' }, { 'accept-encoding': 'gzip' })).headers['content-encoding'],
    ).toBeUndefined();
    expect((await post({ query: 'long' })).headers['content-encoding']).toBeUndefined();
  });

  it('has the length in bytes, not characters, even for latin1 text', async () => {
    const { text, headers } = await post({ query: 'latin1' });
    expect([text, headers['content-length']]).toEqual(['{"data":"文"}', '14']);
  });
});

describe('a connection', () => {
  /** Sends the text and collects the output until it has `answers` bodies. */
  const talk = (text: string, answers: number): Promise<string> =>
    new Promise((resolve, reject) => {
      let got = '';
      const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
      socket.setEncoding('utf8');
      socket.on('error', reject);
      socket.on('data', (chunk: string) => {
        got += chunk;
        if (got.split('{"').length - 1 < answers) return;
        socket.destroy();
        resolve(got);
      });
    });
  const raw = (body: string) =>
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

  it('answers pipelined requests in their order', async () => {
    const got = await talk(raw('{"query":"first"}') + raw('{"query":"b"}') + raw('{"query":"third"}'), 3);
    expect([...got.matchAll(/"data":"(\w+)"/g)].map(([, query]) => query)).toEqual(['first', 'b', 'third']);
  });

  it('answers a request that offers another protocol, or has an absolute URL, as if it did not', async () => {
    const offer = 'connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n';
    const offering = raw('{"query":"offered"}').replace('host: x\r\n', `host: x\r\n${offer}`);
    const absolute = raw('{"query":"absolute"}').replace('POST /graphql', 'POST http://x/graphql');
    expect(await talk(offering, 1)).toContain('"data":"offered"');
    expect(await talk(absolute, 1)).toContain('"data":"absolute"');
  });

  it('with too many pipelined requests is cut, and others are not', async () => {
    const flood = connect(server.port, '127.0.0.1');
    let answered = '';
    flood.on('data', (data) => {
      answered += data;
    });
    flood.on('error', () => {});
    const ended = new Promise<void>((resolve) => flood.once('close', () => resolve()));
    flood.write(raw('{"query":"any"}').repeat(10_000));
    const { text } = await post({ query: 'other' });
    expect(text).toContain('other');
    await ended;
    expect(answered.split('HTTP/1.1 200').length).toBeLessThan(5000);
  });

  const chunked = (chunks: string[]) =>
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunks
      .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
      .join('')}0\r\n\r\n`;

  it.each([
    ['a short body in chunks of one byte', [...JSON.stringify({ query: 'sought' })]],
    [
      'a long one in short lines',
      JSON.stringify({ query: 'sought', z: 'z'.repeat(9000) }).match(/.{1,64}/g) ?? [],
    ],
  ])('reads %s', async (_what, chunks) => {
    expect(await talk(chunked(chunks), 1)).toContain('"data":"sought"');
  });

  it('refuses a body in too many small chunks', async () => {
    const got = await talk(chunked([...JSON.stringify({ query: 'q'.repeat(1000) })]), 1);
    expect(got).toMatch(/^HTTP\/1.1 400 [\s\S]*connection: close[\s\S]*send chunks of at least 64 bytes/i);
  });

  it('is kept after an error if the request was read to its end', async () => {
    const got = await talk(raw('{"query":1}') + raw('{"query":"b"}'), 2);
    expect([...got.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual(['400', '200']);
  });
});

describe('other paths', () => {
  it('are health checks, pages, or not found', async () => {
    expect(JSON.parse((await send('GET', '/health/live')).text)).toEqual({ status: 'live' });
    expect(JSON.parse((await send('GET', '/health/ready')).text)).toEqual({ status: 'ready', subgraphs: 6 });
    const head = await send('HEAD', '/health/ready');
    expect([head.status, head.text]).toEqual([200, '']);
    isReady = false;
    const away = await send('GET', '/health/ready');
    isReady = true;
    expect([away.status, JSON.parse(away.text)]).toEqual([503, { status: 'not ready' }]);
    expect((await send('GET', '/page')).text).toBe('page');
    const none = await send('POST', '/graphql/x');
    expect([none.status, none.code]).toEqual([404, 'NOT_FOUND']);
  });

  it.each(['HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
    'and methods: %s /graphql is not allowed',
    async (method) => {
      const { status, headers } = await send(method, '/graphql?query=a', preflight);
      expect([status, headers.allow]).toEqual([405, 'GET, POST']);
    },
  );
});

it('closes when the requests in flight are answered, and accepts no more', async () => {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const own = await serveGraphQL(
    {
      answer: async () => {
        arrived.resolve();
        await released.promise;
        return { executed: true, body: '{"data":1}' };
      },
      checkReady: async () => ({}),
      maxBodyBytes: 100,
    },
    0,
    '127.0.0.1',
  );
  const url = `http://127.0.0.1:${own.port}`;
  const headers = { 'content-type': 'application/json' };
  const inFlight = fetch(`${url}/graphql`, { method: 'POST', headers, body: '{"query":"a"}' });
  await arrived.promise;
  const startedAt = performance.now();
  const closed = own.close();
  released.resolve();
  const answer = await inFlight;
  expect([await answer.json(), answer.headers.get('connection')]).toEqual([{ data: 1 }, 'close']);
  await closed;
  // Far less than the five seconds after which connections are cut.
  expect(performance.now() - startedAt).toBeLessThan(2500);
  await expect(fetch(`${url}/health/live`)).rejects.toThrow();
});

it('is not ready while it drains, answers further requests, and closes each connection after its answer', async () => {
  const own = await serveGraphQL(
    {
      answer: async ({ query }) => ({ executed: true, body: JSON.stringify({ data: query }) }),
      checkReady: async () => ({}),
      maxBodyBytes: 100,
    },
    0,
    '127.0.0.1',
  );
  const requests = client(() => own.port);
  expect((await requests.send('GET', '/health/ready')).status).toBe(200);
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const drained = own.drain(5000);
  vi.useRealTimers();
  void drained;
  const ready = await requests.send('GET', '/health/ready');
  expect([ready.status, JSON.parse(ready.text)]).toEqual([503, { status: 'not ready' }]);
  const live = await requests.send('GET', '/health/live');
  expect([live.status, JSON.parse(live.text)]).toEqual([200, { status: 'draining' }]);
  for (const query of ['a', 'b']) {
    const { status, text, headers } = await requests.post({ query });
    expect([status, text, headers.connection]).toEqual([200, `{"data":"${query}"}`, 'close']);
  }
  await own.close();
  await expect(requests.send('GET', '/health/live')).rejects.toThrow();
});
