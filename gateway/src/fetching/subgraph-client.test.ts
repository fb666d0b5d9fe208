import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Lifetime } from './lifetime.ts';
import { type FetchOptions, SubgraphClient } from './subgraph-client.ts';
import { Subgraphs } from './subgraphs.ts';

let server: Server;
let answer: RequestListener;
let requests: { headers: Record<string, unknown>; body: string }[] = [];
let client: SubgraphClient;
let logged: string[] = [];

const options: FetchOptions = {
  timeoutMs: 400,
  maxAnswerBytes: 10_000,
  maxConnections: 4,
  maxWaiting: 4,
  breaker: { failures: 3, restMs: 150 },
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = [];
  logged = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql?v=1`;
  client = new SubgraphClient('care', url, options, (event) => logged.push(JSON.stringify(event)));
});
afterEach(() => client.close());

const ok: RequestListener = (_request, response) => response.end('{"data":{"a":"文"}}');
const status =
  (code: number, text = ''): RequestListener =>
  (_request, response) =>
    response.writeHead(code).end(text);
const silent: RequestListener = () => {};
const call = (isMutation = false) =>
  client.call('{"query":"{a}"}', isMutation, ['authorization', 'Bearer 1']);
const code = (error: { extensions: { code: string } }) => error.extensions.code;

it('sends the given body and headers, and returns the bytes as latin1', async () => {
  answer = ok;
  const text = await client.call(Buffer.from('{"query":"{文}"}').toString('latin1'), false, [
    'x-request-id',
    'r',
  ]);
  expect(Buffer.from(text, 'latin1').toString('utf8')).toBe('{"data":{"a":"文"}}');
  expect(requests).toHaveLength(1);
  expect(requests[0]?.body).toBe('{"query":"{文}"}');
  expect(requests[0]?.headers).toMatchObject({ 'x-request-id': 'r', 'content-type': 'application/json' });
});

it('reports the headers of a response', async () => {
  answer = (_request, response) => response.writeHead(200, { 'x-sum': '1' }).end('{"data":{}}');
  const heads: string[] = [];
  await client.call('{}', false, [], (head) => heads.push(head));
  expect(heads).toEqual([expect.stringMatching(/^HTTP\/1\.1 200 OK\r\nx-sum: 1\r\n/i)]);
});

it('logs that the subgraph does not accept the viewer, and returns its reason', async () => {
  answer = status(401, '{"errors":[{"message":"signature"}]}');
  expect(await call()).toContain('signature');
  expect(logged).toEqual(['{"event":"subgraph refused a call","subgraph":"care","reason":"status 401"}']);
});

it('omits values that no header can hold', () => {
  const forwardedHeaders = ['authorization', 'accept-language', 'x-request-id'];
  const subgraphs = new Subgraphs({
    fetch: options,
    addressOf: () => null,
    forwardedHeaders,
    returnedHeaders: [],
    log: () => {},
  });
  // Text from a WebSocket may contain anything; the last value would become an end of line in latin1.
  expect(
    subgraphs.forwardedHeaders({
      authorization: 'Bearer 1',
      'accept-language': 'zh\r\ncontent-length: 0',
      'x-request-id': 'a\u010ab',
    }),
  ).toEqual(['authorization', 'Bearer 1']);
});

it('reports refusals at another path, once, whatever the outcome', async () => {
  const { port } = server.address() as AddressInfo;
  const subgraphs = new Subgraphs({
    fetch: options,
    addressOf: () => null,
    forwardedHeaders: [],
    returnedHeaders: [],
    log: () => {},
  });
  subgraphs.update([{ name: 'care', url: `http://127.0.0.1:${port}/graphql` }]);
  const paths: (string | undefined)[] = [];
  const codes = [204, 503];
  answer = ({ url }, response) => {
    paths.push(url);
    response.writeHead(codes.shift() ?? 500).end();
  };
  expect(await subgraphs.reportRefusals('care', '{}', [])).toBe('');
  const failed = await subgraphs.reportRefusals('care', '{}', []).catch(code);
  await expect(subgraphs.reportRefusals('gone', '{}', [])).rejects.toThrow('no subgraph gone');
  expect([failed, paths]).toEqual(['SUBGRAPH_UNAVAILABLE', ['/refusals', '/refusals']]);
  subgraphs.close();
});

describe('a retry', () => {
  it.each([502, 503, 504])('is made once after status %i', async (first) => {
    answer = (request, response) => (requests.length === 1 ? status(first) : ok)(request, response);
    expect(await call()).toContain('data');
    expect(requests).toHaveLength(2);
  });

  it('is made after a connection was closed before a response', async () => {
    answer = (request, response) =>
      requests.length === 1 ? request.socket.destroy() : ok(request, response);
    expect(await call()).toContain('data');
  });

  it('is made only once', async () => {
    answer = status(503);
    await expect(call()).rejects.toSatisfy((error) => code(error as never) === 'SUBGRAPH_UNAVAILABLE');
    expect(requests).toHaveLength(2);
  });

  it('is never made for a mutation, nor after a response has started', async () => {
    answer = status(503);
    await expect(call(true)).rejects.toThrow(/care/);
    expect(requests).toHaveLength(1);
    answer = (request, response) => {
      response.write('{"data":');
      setTimeout(() => request.socket.destroy(), 20);
    };
    await expect(call()).rejects.toThrow(/care/);
    expect(requests).toHaveLength(2);
  });

  it('is not made after a response that gives a reason', async () => {
    answer = status(400, '{"errors":[{"message":"bad"}]}');
    expect(await call()).toContain('bad');
    expect(requests).toHaveLength(1);
  });
});

describe('an unusable response', () => {
  it.each<[string, RequestListener, string]>([
    ['none in time', silent, 'SUBGRAPH_TIMEOUT'],
    [
      'one that trickles',
      (_request, response) => {
        const timer = setInterval(() => response.write(' '), 30);
        response.on('close', () => clearInterval(timer));
      },
      'SUBGRAPH_TIMEOUT',
    ],
    ['too many bytes', (_request, response) => response.end('x'.repeat(20_000)), 'SUBGRAPH_BAD_RESPONSE'],
    [
      'a redirect',
      (_request, response) => response.writeHead(302, { location: '/' }).end(),
      'SUBGRAPH_BAD_RESPONSE',
    ],
    [
      'bytes that are no UTF-8',
      (_request, response) => response.end(Buffer.from([0x22, 0xff, 0x22])),
      'SUBGRAPH_BAD_RESPONSE',
    ],
    ['an error page', status(500, '<html>'), 'SUBGRAPH_BAD_RESPONSE'],
    ['not HTTP', (request) => request.socket.end('hello\r\n\r\n'), 'SUBGRAPH_UNAVAILABLE'],
  ])('%s is reported without an address', async (_what, listener, expected) => {
    answer = listener;
    const error = await call().catch((caught) => caught);
    expect(error.extensions).toEqual({ code: expected, service: 'care' });
    expect(error.message).not.toMatch(/127|graphql/);
  });
});

describe('a subgraph that keeps failing', () => {
  const isOwn = ({ body }: { body: string }) => body.includes('__typename');
  const isOpen = () => logged.some((event) => event.includes('breaker open'));

  it('is not called until a probe succeeds', async () => {
    answer = status(503);
    for (let failures = 0; failures < 3; failures += 1) await call(true).catch(() => {});
    await expect.poll(isOpen).toBe(true);
    requests = [];
    await expect(call(true)).rejects.toThrow(/care/);
    expect(requests.filter((request) => !isOwn(request))).toHaveLength(0);
    answer = ok;
    await expect.poll(() => call().catch(() => null)).toContain('data');
  });

  it('by hanging is not called either', async () => {
    answer = silent;
    await Promise.allSettled([call(), call(), call()]);
    await expect.poll(isOpen, { timeout: 5000 }).toBe(true);
    expect(code(await call().catch((caught) => caught))).toBe('SUBGRAPH_UNAVAILABLE');
  });

  it('for one client’s queries, and answers others, is still called', async () => {
    answer = (_request, response) => {
      if (requests.at(-1)?.body.includes('slow')) return;
      response.end('{"data":{"a":1}}');
    };
    const slow = () => client.call('{"query":"{slow}"}', false, []).catch((caught) => code(caught));
    for (let round = 0; round < 3; round += 1)
      expect(await Promise.all([slow(), slow(), slow(), slow()])).toContain('SUBGRAPH_TIMEOUT');
    expect(await call()).toContain('data');
    expect(requests.some(isOwn)).toBe(true);
    expect(isOpen()).toBe(false);
  });
});

it('limits the calls that wait', async () => {
  answer = (_request, response) => setTimeout(() => response.end('{"data":{}}'), 50);
  const calls = await Promise.allSettled(Array.from({ length: 12 }, () => call()));
  const codes = calls.map((each) => (each.status === 'rejected' ? code(each.reason) : 'ok'));
  expect(codes.filter((each) => each === 'ok')).toHaveLength(8);
  expect(codes.filter((each) => each === 'SUBGRAPH_OVERLOADED')).toHaveLength(4);
  expect(await call()).toContain('data');
});

describe('a mutation', () => {
  const outcome = async (listener: RequestListener) => {
    answer = listener;
    const error = await call(true).catch((caught) => caught);
    return error.extensions;
  };
  const unknown = { code: 'MUTATION_OUTCOME_UNKNOWN', service: 'care' };

  it.each<[string, RequestListener]>([
    ['whose connection is reset', (request) => request.socket.resetAndDestroy()],
    ['whose connection is closed', (request) => request.socket.destroy()],
    [
      'whose answer breaks off',
      (request, response) => {
        response.write('{"data":');
        setImmediate(() => request.socket.destroy());
      },
    ],
    ['that is not answered in time', silent],
    ['that a proxy timed out', status(504)],
    ['that a proxy could not deliver', status(502, '<html>')],
  ])('%s after it was sent has an outcome that is unknown, and is sent once', async (_what, listener) => {
    expect(await outcome(listener)).toEqual(unknown);
    expect(requests).toHaveLength(1);
  });

  it('that was never sent has a known outcome', async () => {
    const gone = new SubgraphClient('care', 'http://127.0.0.1:1/graphql', options, () => {});
    const error = await gone.call('{}', true, []).catch((caught) => caught);
    expect(error.extensions).toEqual({ code: 'SUBGRAPH_UNAVAILABLE', service: 'care' });
    gone.close();
  });

  it('that is refused returns what the subgraph says, such as to try again', async () => {
    const refusal = '{"errors":[{"message":"later","extensions":{"code":"OVERLOADED"}}]}';
    answer = status(503, refusal);
    expect(await call(true)).toBe(refusal);
    expect(await outcome(status(503))).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    // A query is retried first.
    requests = [];
    answer = status(503, refusal);
    expect(await call()).toBe(refusal);
    expect(requests).toHaveLength(2);
  });
});

describe('an operation that has ended', () => {
  const during = (lifetime: Partial<Lifetime>, isMutation = false) =>
    client.call('{}', isMutation, [], undefined, {
      deadline: performance.now() + 60_000,
      isAbandoned: () => false,
      ...lifetime,
    });

  it('makes no further calls', async () => {
    answer = ok;
    const late = await during({ deadline: performance.now() - 1 }).catch((caught) => caught);
    expect(late.extensions.code).toBe('OPERATION_TIMEOUT');
    await expect(during({ isAbandoned: () => true })).rejects.toThrow();
    await expect(during({ deadline: performance.now() - 1 }, true)).rejects.toThrow();
    expect(requests).toHaveLength(0);
  });

  it('ends its queries when its client disconnects, without counting failures', async () => {
    let isAbandoned = false;
    const closed = Promise.withResolvers<void>();
    answer = (request) => {
      request.socket.once('close', () => closed.resolve());
      isAbandoned = true;
    };
    for (let time = 0; time < 4; time += 1) {
      isAbandoned = false;
      await expect(during({ isAbandoned: () => isAbandoned })).rejects.toMatchObject({
        extensions: { code: 'OPERATION_TIMEOUT' },
      });
    }
    await closed.promise;
    answer = ok;
    expect(await call()).toContain('data');
    expect(logged.join()).not.toContain('breaker open');
  });

  it('waits for a mutation that was sent, even if its client disconnects', async () => {
    let isAbandoned = false;
    answer = (_request, response) => {
      isAbandoned = true;
      setTimeout(() => response.end('{"data":{"done":true}}'), 100);
    };
    const lifetime = { isAbandoned: () => isAbandoned, deadline: performance.now() + 50 };
    expect(await during(lifetime, true)).toContain('done');
  });

  it('ends a query at its deadline, without counting a failure', async () => {
    answer = silent;
    for (let time = 0; time < 4; time += 1) {
      const error = await during({ deadline: performance.now() + 30 }).catch((caught) => caught);
      expect(error.extensions.code).toBe('SUBGRAPH_TIMEOUT');
    }
    answer = ok;
    expect(await call()).toContain('data');
  });
});
