import { writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Planner } from './planning/planner.ts';
import { crewAnswer, json, RoadsGateway, roads } from './testing/gateways/roads-gateway.ts';
import { Validator } from './validation/validator.ts';

const gateway = new RoadsGateway();
beforeAll(() => gateway.start());
afterAll(() => gateway.stop());
afterEach(() => {
  gateway.answerCrews = crewAnswer;
});

const board = '{ road { name crew } }';

/** Sends a query that can be aborted; resolves when it is answered or aborted. */
function send(url: string, query: string, signal?: AbortSignal): Promise<unknown> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  }).catch(() => null);
}

it('logs at its start that tokens are passed on when it has no keys to sign with', () => {
  expect(gateway.logged.some(({ event }) => String(event).includes('tokens are not checked here'))).toBe(
    true,
  );
});

it('counts the time to read a long body as operations of its sender', async () => {
  const strict = await gateway.startAnother({
    VIEWER_RATE: '1',
    VIEWER_BURST: '200',
    MAX_BODY_BYTES: '100000000',
  });
  const statusOf = async (variables: object) => {
    const response = await fetch(`${strict.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }', variables }),
    });
    return response.status;
  };
  expect([await statusOf({}), await statusOf({})]).toEqual([200, 200]);
  await statusOf({ unused: 'x'.repeat(60_000_000) });
  expect(await statusOf({})).toBe(429);
  await strict.stop();
});

it.each(['own', 'apollo'])(
  'counts planning as operations of the viewer that causes it, and serves others, with the server %s',
  async (server) => {
    const strict = await gateway.startAnother({
      GATEWAY_SERVER: server,
      VIEWER_RATE: '1',
      VIEWER_BURST: '100',
      TRUSTED_PROXIES: '1',
    });
    const { plan } = Planner.prototype;
    const expensive = vi.spyOn(Planner.prototype, 'plan').mockImplementation(function (
      this: Planner,
      query,
      requester,
    ) {
      requester.charge(JSON.stringify(query).includes('broken') ? 2000 : 0);
      return plan.call(this, query, requester);
    });
    const answerTo = async (address: string, query: string) => {
      const response = await fetch(`${strict.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ query }),
      });
      return { status: response.status, ...JSON.parse(await response.text()) };
    };
    expect((await answerTo('10.0.0.1', '{ broken }')).status).toBe(200);
    const refused = await answerTo('10.0.0.1', board);
    expect(refused).toMatchObject({
      status: 429,
      errors: [{ extensions: { code: 'RATE_LIMITED', limit: 1 } }],
    });
    expect(refused.errors[0].message).toMatch(/请在 \d+ 毫秒后重试/);
    expect((await answerTo('10.0.0.2', board)).data.road.name).toBe('文化路');
    expensive.mockRestore();
    await strict.stop();
  },
);

describe('a client that disconnects', () => {
  it('ends the calls that were made for it', async () => {
    const patient = await gateway.startAnother({ SUBGRAPH_TIMEOUT_MS: '600000' });
    const [called, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    gateway.answerCrews = (request) => {
      request.socket.once('close', () => closed.resolve());
      called.resolve();
    };
    const leaving = new AbortController();
    const answer = send(patient.url, board, leaving.signal);
    await called.promise;
    leaving.abort();
    await closed.promise;
    await answer;
    await patient.stop();
  });

  it('does not end a mutation that was sent', async () => {
    const [called, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<boolean>()];
    const leaving = new AbortController();
    gateway.answerCrews = (request, response) => {
      request.socket.once('close', () => ended.resolve(false));
      called.resolve();
      setTimeout(() => {
        response.on('finish', () => ended.resolve(true));
        json({ data: { assign: 1 } })(request, response);
      }, 100);
    };
    const answer = send(gateway.url, 'mutation { assign }', leaving.signal);
    await called.promise;
    leaving.abort();
    expect(await ended.promise).toBe(true);
    await answer;
  });
});

it('reports the outcome of a mutation as unknown when its connection is reset, and says what to do', async () => {
  gateway.answerCrews = (request) => request.socket.resetAndDestroy();
  const { data, errors } = await gateway.request('mutation { assign }');
  expect(data).toEqual({ assign: null });
  expect(errors).toMatchObject([
    { path: ['assign'], extensions: { code: 'MUTATION_OUTCOME_UNKNOWN', service: 'crews' } },
  ]);
  expect(errors[0].message).toMatch(/idempotencyKey.*idempotencyKey/);
});

describe('a failing subgraph costs only its own fields', () => {
  const redirect: RequestListener = (_request, response) => {
    response.writeHead(302, { location: gateway.addressOf('roads') }).end();
  };
  const silent: RequestListener = () => {};
  const closed: RequestListener = (request) => request.socket.destroy();
  const huge: RequestListener = (_request, response) => response.end(`"${'x'.repeat(200_000)}"`);
  const page: RequestListener = (_request, response) =>
    response.writeHead(502).end('<html>nginx at 10.1.2.3</html>');
  const nothing = json({});

  it.each([
    ['that closes the connection', closed, 'SUBGRAPH_UNAVAILABLE'],
    ['that does not answer in time', silent, 'SUBGRAPH_TIMEOUT'],
    ['that redirects', redirect, 'SUBGRAPH_BAD_RESPONSE'],
    ['that returns too much', huge, 'SUBGRAPH_BAD_RESPONSE'],
    ['behind a broken proxy', page, 'SUBGRAPH_UNAVAILABLE'],
    ['that returns neither data nor errors', nothing, 'SUBGRAPH_BAD_RESPONSE'],
  ])('when it is one %s', async (_what, listener, code) => {
    gateway.answerCrews = listener;
    const { data, errors } = await gateway.request(board);
    expect(data).toEqual({ road: { name: '文化路', crew: null } });
    expect(errors).toHaveLength(1);
    expect(errors[0].extensions).toMatchObject({ code, service: 'crews' });
    expect(errors[0].message).toMatch(/子图 crews/);
    expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|10\.1\.2\.3|nginx|ECONN/);
  });

  it('and is used again once it has recovered', async () => {
    expect(await gateway.request(board)).toEqual({ data: { road: { name: '文化路', crew: '一班' } } });
  });
});

it('passes on a subgraph’s error with its code, without extensions that are not for clients', async () => {
  const { errors } = await gateway.request('{ broken }');
  expect(errors[0]).toMatchObject({
    message: '坏 bad',
    path: ['broken'],
    extensions: { code: 'BAD_USER_INPUT', service: 'roads' },
  });
  expect(JSON.stringify(errors)).not.toMatch(/secret|select/);
});

it('forwards the allowed headers to subgraphs and no others', async () => {
  let seen: Record<string, unknown> = {};
  gateway.answerCrews = (request, response) => {
    seen = request.headers;
    crewAnswer(request, response);
  };
  await gateway.post({ query: board }, { 'x-request-id': 'r1', cookie: 'session=1', 'x-viewer': 'admin' });
  expect(seen).toMatchObject({ 'x-request-id': 'r1' });
  expect(Object.keys(seen)).not.toContain('cookie');
  expect(Object.keys(seen)).not.toContain('x-viewer');
});

describe('bad requests', () => {
  it.each([
    ['a field that does not exist', { query: '{ nope }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['a syntax error', { query: '{' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['a body that is not JSON', '{', 400, 'BAD_REQUEST'],
    [
      'NUL in a variable',
      '{"query":"query($a:ID){road{id}}","variables":{"a":"\\u0000"}}',
      400,
      'BAD_USER_INPUT',
    ],
    ['a lone surrogate', '{"query":"{road{id}}","variables":{"a":["\\ud800"]}}', 400, 'BAD_USER_INPUT'],
    ['NUL written in the query', { query: '{ road(a: "\\u0000") { id } }' }, 400, 'BAD_USER_INPUT'],
    ['a body of two megabytes', 'x'.repeat(2_000_000), 413, 'PAYLOAD_TOO_LARGE'],
  ])('are refused for %s, with a code and in Chinese', async (_what, body, status, code) => {
    const answer = await gateway.post(body, { accept: 'application/graphql-response+json' });
    expect(answer.status).toBe(status);
    const { errors } = JSON.parse(answer.text);
    expect(errors[0].extensions.code).toBe(code);
    expect(errors[0].message).toMatch(/\p{Script=Han}/u);
    expect(answer.text).not.toMatch(/node_modules|\.ts:|stacktrace/);
  });

  it('do not include an escaped backslash before u0000', async () => {
    const { text } = await gateway.post('{"query":"{road{name}}","variables":{"a":"\\\\u0000"}}');
    expect(JSON.parse(text)).toEqual({ data: { road: { name: '文化路' } } });
  });

  it('are refused for another content type, method or path', async () => {
    expect((await gateway.post('query', { 'content-type': 'text/plain' })).status).toBe(415);
    const put = await fetch(`${gateway.url}/graphql`, { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect((await fetch(`${gateway.url}/nowhere`)).status).toBe(404);
  });

  it('include a GET query without a header that a browser form cannot send', async () => {
    const url = `${gateway.url}/graphql?query=${encodeURIComponent('{ road { name } }')}`;
    expect((await fetch(url)).status).toBe(400);
    const answer = await fetch(url, { headers: { 'apollo-require-preflight': '1' } });
    expect(await answer.json()).toEqual({ data: { road: { name: '文化路' } } });
  });
});

describe('the supergraph file', () => {
  it('is loaded again when it changes, and an invalid one changes nothing', async () => {
    gateway.writeSupergraph(roads.replace('name: String!', 'name: String! length: Int'));
    const fields = async () => {
      const { data } = await gateway.request('{ __type(name: "Road") { fields { name } } }');
      return data.__type.fields.map((field: { name: string }) => field.name);
    };
    const soon = { timeout: 20_000, interval: 50 };
    await vi.waitFor(async () => expect(await fields()).toContain('length'), soon);
    writeFileSync(gateway.supergraphFile, 'type Query { nothing');
    const refused = 'supergraph refused, the last good one stays';
    await vi.waitFor(() => expect(gateway.logged.map(({ event }) => event)).toContain(refused), soon);
    expect(await fields()).toContain('length');
  });
});

describe('health', () => {
  it('is live and ready, and says which subgraphs answer', async () => {
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${gateway.url}/health/ready`);
    expect(await ready.json()).toEqual({ status: 'ready', subgraphs: { roads: 'up', crews: 'up' } });
  });

  it('is not ready while no thread that prepares operations can be started', async () => {
    for (const part of [Planner.prototype, Validator.prototype]) {
      const broken = vi.spyOn(part, 'isWorking', 'get').mockReturnValue(false);
      expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(503);
      broken.mockRestore();
    }
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
  });
});
