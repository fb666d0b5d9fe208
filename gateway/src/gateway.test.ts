import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { composeSupergraph } from '@district-graph/schema/compose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from './config/gateway-config.ts';
import { Planner } from './planning/planner.ts';
import { type RunningGateway, startGateway } from './server.ts';
import { Validator } from './validation/validator.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])';
const roads = `${link} type Query { road: Road broken: String } type Road @key(fields: "id") { id: ID! name: String! }`;
const crews = `${link} type Road @key(fields: "id") { id: ID! crew: String } type Mutation { assign: Int }`;

const folder = mkdtempSync(join(tmpdir(), 'gateway-test-'));
const file = join(folder, 'supergraph.graphql');
let answerCrews: RequestListener;
let roadsServer: Server;
let crewsServer: Server;
let gateway: RunningGateway;
const logged: Record<string, unknown>[] = [];

const listen = (listener: RequestListener): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer(listener).listen(0, '127.0.0.1', () => resolve(server));
  });
const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;

const json = (body: unknown): RequestListener => {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
};
const crewAnswer = json({ data: { _entities: [{ crew: '一班' }] } });

beforeAll(async () => {
  roadsServer = await listen((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const { query } = JSON.parse(body || '{"query":""}');
      if (query.includes('broken')) {
        const extensions = {
          code: 'BAD_USER_INPUT',
          argument: 'x',
          stacktrace: ['at /srv/secret.ts'],
          sql: 'select',
        };
        return json({
          data: { broken: null },
          errors: [{ message: '坏 bad', path: ['broken'], extensions }],
        })(request, response);
      }
      return json({ data: { road: { __typename: 'Road', id: '1', name: '文化路' } } })(request, response);
    });
  });
  crewsServer = await listen((request, response) => answerCrews(request, response));
  writeFileSync(
    file,
    composeSupergraph([
      { name: 'roads', url: addressOf(roadsServer), sdl: roads },
      { name: 'crews', url: addressOf(crewsServer), sdl: crews },
    ]),
  );
  const config = readConfig({
    PORT: '0',
    SUPERGRAPH: file,
    SUBGRAPH_TIMEOUT_MS: '300',
    MAX_SUBGRAPH_RESPONSE_BYTES: '100000',
  });
  gateway = await startGateway({ ...config, port: 0 }, (event) => logged.push(event));
});
afterAll(async () => {
  await gateway.stop();
  roadsServer.close();
  crewsServer.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  answerCrews = crewAnswer;
});

async function post(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}
const ask = async (query: string) => JSON.parse((await post({ query })).text);
const board = '{ road { name crew } }';

it('says at its start that tokens are passed on, where it has no keys to sign with', () => {
  expect(logged.some(({ event }) => String(event).includes('tokens are not checked here'))).toBe(true);
});

it('counts what reading a long body takes as operations of its sender', async () => {
  const env = { SUPERGRAPH: file, VIEWER_RATE: '1', VIEWER_BURST: '200', MAX_BODY_BYTES: '100000000' };
  const strict = await startGateway({ ...readConfig(env), port: 0 }, () => {});
  const send = async (variables: object) => {
    const response = await fetch(`${strict.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }', variables }),
    });
    return response.status;
  };
  expect([await send({}), await send({})]).toEqual([200, 200]);
  await send({ unused: 'x'.repeat(60_000_000) });
  expect(await send({})).toBe(429);
  await strict.stop();
});

describe('a client that goes away', () => {
  it('ends the calls that are made for it, over HTTP', async () => {
    const config = readConfig({ SUPERGRAPH: file, SUBGRAPH_TIMEOUT_MS: '600000' });
    const patient = await startGateway({ ...config, port: 0 }, () => {});
    const [asked, closed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    answerCrews = (request) => {
      request.socket.once('close', () => closed.resolve());
      asked.resolve();
    };
    const leaving = new AbortController();
    const answer = fetch(`${patient.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: board }),
      signal: leaving.signal,
    }).catch(() => null);
    await asked.promise;
    leaving.abort();
    await closed.promise;
    await answer;
    await patient.stop();
  });

  it('leaves a mutation that was sent to its end', async () => {
    const [asked, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<boolean>()];
    const leaving = new AbortController();
    answerCrews = (request, response) => {
      request.socket.once('close', () => ended.resolve(false));
      asked.resolve();
      setTimeout(() => {
        response.on('finish', () => ended.resolve(true));
        json({ data: { assign: 1 } })(request, response);
      }, 100);
    };
    const answer = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'mutation { assign }' }),
      signal: leaving.signal,
    }).catch(() => null);
    await asked.promise;
    leaving.abort();
    expect(await ended.promise).toBe(true);
    await answer;
  });
});

it('a mutation whose connection is reset has an unknown outcome, and its client is told what to do', async () => {
  answerCrews = (request) => request.socket.resetAndDestroy();
  const { data, errors } = await ask('mutation { assign }');
  expect(data).toEqual({ assign: null });
  expect(errors).toMatchObject([
    { path: ['assign'], extensions: { code: 'MUTATION_OUTCOME_UNKNOWN', service: 'crews' } },
  ]);
  expect(errors[0].message).toMatch(/idempotencyKey.*idempotencyKey/);
});

describe('a subgraph in trouble costs only its own fields', () => {
  const redirect: RequestListener = (_request, response) => {
    response.writeHead(302, { location: addressOf(roadsServer) }).end();
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
    ['that answers too much', huge, 'SUBGRAPH_BAD_RESPONSE'],
    ['behind a broken proxy', page, 'SUBGRAPH_UNAVAILABLE'],
    ['that answers neither data nor errors', nothing, 'SUBGRAPH_BAD_RESPONSE'],
  ])('one %s', async (_what, listener, code) => {
    answerCrews = listener;
    const { data, errors } = await ask(board);
    expect(data).toEqual({ road: { name: '文化路', crew: null } });
    expect(errors).toHaveLength(1);
    expect(errors[0].extensions).toMatchObject({ code, service: 'crews' });
    expect(errors[0].message).toMatch(/子图 crews/);
    expect(JSON.stringify(errors)).not.toMatch(/127\.0\.0\.1|10\.1\.2\.3|nginx|ECONN/);
  });

  it('and answers as before once it is back', async () => {
    expect(await ask(board)).toEqual({ data: { road: { name: '文化路', crew: '一班' } } });
  });
});

it('passes a subgraph’s error on with its code, without what is not for clients', async () => {
  const { errors } = await ask('{ broken }');
  expect(errors[0]).toMatchObject({
    message: '坏 bad',
    path: ['broken'],
    extensions: { code: 'BAD_USER_INPUT', service: 'roads' },
  });
  expect(JSON.stringify(errors)).not.toMatch(/secret|select/);
});

it('forwards the allowed headers to subgraphs and no others', async () => {
  let seen: Record<string, unknown> = {};
  answerCrews = (request, response) => {
    seen = request.headers;
    crewAnswer(request, response);
  };
  await post({ query: board }, { 'x-request-id': 'r1', cookie: 'session=1', 'x-viewer': 'admin' });
  expect(seen).toMatchObject({ 'x-request-id': 'r1' });
  expect(Object.keys(seen)).not.toContain('cookie');
  expect(Object.keys(seen)).not.toContain('x-viewer');
});

describe('bad requests', () => {
  it.each([
    ['a field that does not exist', { query: '{ nope }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['a syntax error', { query: '{' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['a body that is no JSON', '{', 400, 'BAD_REQUEST'],
    [
      'NUL in a variable',
      '{"query":"query($a:ID){road{id}}","variables":{"a":"\\u0000"}}',
      400,
      'BAD_USER_INPUT',
    ],
    ['a lone surrogate', '{"query":"{road{id}}","variables":{"a":["\\ud800"]}}', 400, 'BAD_USER_INPUT'],
    ['NUL written in the query', { query: '{ road(a: "\\u0000") { id } }' }, 400, 'BAD_USER_INPUT'],
    ['a body of two megabytes', 'x'.repeat(2_000_000), 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %s with a code and in Chinese', async (_what, body, status, code) => {
    const answer = await post(body, { accept: 'application/graphql-response+json' });
    expect(answer.status).toBe(status);
    const { errors } = JSON.parse(answer.text);
    expect(errors[0].extensions.code).toBe(code);
    expect(errors[0].message).toMatch(/\p{Script=Han}/u);
    expect(answer.text).not.toMatch(/node_modules|\.ts:|stacktrace/);
  });

  it('takes an escaped backslash before u0000 for the text that it is', async () => {
    const { text } = await post('{"query":"{road{name}}","variables":{"a":"\\\\u0000"}}');
    expect(JSON.parse(text)).toEqual({ data: { road: { name: '文化路' } } });
  });

  it('refuses another content type, method and path', async () => {
    expect((await post('query', { 'content-type': 'text/plain' })).status).toBe(415);
    const put = await fetch(`${gateway.url}/graphql`, { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect((await fetch(`${gateway.url}/nowhere`)).status).toBe(404);
  });

  it('answers a GET query only to clients that a browser form cannot pass for', async () => {
    const url = `${gateway.url}/graphql?query=${encodeURIComponent('{ road { name } }')}`;
    expect((await fetch(url)).status).toBe(400);
    const answer = await fetch(url, { headers: { 'apollo-require-preflight': '1' } });
    expect(await answer.json()).toEqual({ data: { road: { name: '文化路' } } });
  });
});

describe('the supergraph file', () => {
  it('swaps in when it changes, and a broken one changes nothing', async () => {
    const withLength = roads.replace('name: String!', 'name: String! length: Int');
    const good = composeSupergraph([
      { name: 'roads', url: addressOf(roadsServer), sdl: withLength },
      { name: 'crews', url: addressOf(crewsServer), sdl: crews },
    ]);
    writeFileSync(file, good);
    const fields = async () => {
      const { data } = await ask('{ __type(name: "Road") { fields { name } } }');
      return data.__type.fields.map((field: { name: string }) => field.name);
    };
    await vi.waitFor(async () => expect(await fields()).toContain('length'), {
      timeout: 20_000,
      interval: 50,
    });
    writeFileSync(file, 'type Query { nothing');
    const refused = 'supergraph refused, the last good one stays';
    await vi.waitFor(() => expect(logged.map(({ event }) => event)).toContain(refused), {
      timeout: 20_000,
      interval: 50,
    });
    expect(await fields()).toContain('length');
  });
});

describe('pages and health', () => {
  it('leads a browser to the playground, which names no other host', async () => {
    const page = await fetch(`${gateway.url}/`, { headers: { accept: 'text/html' } });
    expect(page.url).toBe(`${gateway.url}/playground/`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await page.text()).not.toMatch(/https?:\/\//);
    for (const name of ['main.js', 'styles.css', 'start.js']) {
      const answer = await fetch(`${gateway.url}/playground/${name}`);
      expect([answer.status, (await answer.text()).length > 0]).toEqual([200, true]);
    }
  });

  it('starts the playground with windows that ask at the address it was opened at', async () => {
    const script = await (await fetch(`${gateway.url}/playground/start.js`)).text();
    const init = vi.fn<(options: { initialWindows: Record<string, string>[] }) => void>();
    runInNewContext(script, {
      location: new URL('https://graph.example:8443/playground/'),
      AltairGraphQL: { init },
    });
    const { initialWindows: windows, ...options } = init.mock.calls[0]?.[0] ?? { initialWindows: [] };
    expect(windows.map(({ initialName }) => initialName)).toHaveLength(4);
    for (const place of [options, ...windows])
      expect(place).toMatchObject({
        endpointURL: 'https://graph.example:8443/graphql',
        subscriptionsEndpoint: 'https://graph.example:8443/graphql',
        initialSubscriptionRequestHandlerId: 'graphql-sse',
      });
  });

  it('serves nothing outside the playground’s own files', async () => {
    expect((await fetch(`${gateway.url}/playground/%2e%2e%2fpackage.json`)).status).toBe(404);
    expect((await fetch(`${gateway.url}/playground/%E0%A4%A`)).status).toBe(404);
  });

  it('is live and ready, and says which subgraphs answer', async () => {
    expect((await fetch(`${gateway.url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${gateway.url}/health/ready`);
    expect(await ready.json()).toEqual({ status: 'ready', subgraphs: { roads: 'up', crews: 'up' } });
  });

  it('is not ready while no thread can be started that prepares operations', async () => {
    for (const part of [Planner.prototype, Validator.prototype]) {
      const broken = vi.spyOn(part, 'isWorking', 'get').mockReturnValue(false);
      expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(503);
      broken.mockRestore();
    }
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
  });
});

it('tells faults of what protects it', () => {
  const faulty = (env: Record<string, string>) => () => readConfig({ SUPERGRAPH: file, ...env });
  expect(faulty({ TLS_CERT_FILE: file })).toThrow(/TLS_KEY_FILE/);
  expect(faulty({ SUBGRAPH_CA_FILE: '/nowhere.pem' })).toThrow(/SUBGRAPH_CA_FILE/);
  expect(faulty({ TRUSTED_DOCUMENTS: 'yes' })).toThrow(/log-unknown/);
  expect(faulty({ TRUSTED_DOCUMENTS: 'enforce' })).toThrow(/TRUSTED_DOCUMENTS_DIR/);
  expect(faulty({ MAX_DEPTH: '0', VIEWER_RATE: '-1', INTROSPECTION: 'no' })).toThrow(
    /VIEWER_RATE[\s\S]*MAX_DEPTH[\s\S]*INTROSPECTION/,
  );
  expect(faulty({ ALLOWED_ORIGINS: '*' })).toThrow(/ALLOWED_ORIGINS/);
});

it('reports every fault of its settings at once', () => {
  expect(() =>
    readConfig({
      PORT: 'x',
      SUPERGRAPH: '/nowhere',
      PLAYGROUND: 'maybe',
      PLACES_URL: 'places',
      ALLOWED_ORIGINS: 'https://app.example, app.example',
    }),
  ).toThrow(/PORT[\s\S]*SUPERGRAPH[\s\S]*PLACES_URL[\s\S]*PLAYGROUND[\s\S]*ALLOWED_ORIGINS/);
});

it('checks the addresses of its own subgraphs and of Redis, and no variable of another program', () => {
  const own = join(folder, 'crews.graphql');
  writeFileSync(own, 'enum join__Graph { CREWS @join__graph(name: "crews", url: "http://127.0.0.1:9") }');
  const others = { SUPERGRAPH: own, FOO_URL: 'x', SENTRY_URL: 'no address', WIKI_DATABASE_URL: 'x' };
  expect(readConfig(others).addressOf('crews')).toBeNull();
  const ours = { CREWS_URL: 'crews', PLACES_URL: 'places', REDIS_URL: 'redis' };
  for (const [variable, value] of Object.entries(ours))
    expect(() => readConfig({ ...others, [variable]: value })).toThrow(new RegExp(`^${variable} 应为`));
});
