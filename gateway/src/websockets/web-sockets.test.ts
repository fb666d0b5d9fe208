import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type Client, createClient, type ExecutionResult } from 'graphql-ws';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import {
  FakeSubgraph,
  type SubscriptionGateway,
  startSubscriptionGateway,
} from '../testing/change-streams.ts';

const subgraph = new FakeSubgraph();
let gateway: SubscriptionGateway;
beforeAll(async () => {
  await subgraph.start();
  gateway = await startSubscriptionGateway(subgraph, { ALLOWED_ORIGINS: 'https://app.example' });
});
afterAll(async () => {
  await gateway.stop();
  await subgraph.stop();
});

const query = 'subscription { visitChanged(within: "410105") { id text } }';
const addressOf = ({ url }: SubscriptionGateway, path = '/graphql') => `${url.replace('http', 'ws')}${path}`;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

interface Listening {
  client: Client;
  /** The cursor at which the subscription starts. */
  started: Promise<unknown>;
  /** The code with which the socket was closed. */
  closed: Promise<number>;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the subscription's; the test states what it expects of it.
  next: () => Promise<ExecutionResult<any, any>>;
  /** The socket, once it is open. */
  socket: Promise<WebSocket>;
}

function subscribe({
  of = gateway,
  connectionParams = {},
  extensions,
  retryAttempts = 0,
  text = query,
}: {
  of?: SubscriptionGateway;
  connectionParams?: Record<string, unknown>;
  extensions?: Record<string, unknown>;
  retryAttempts?: number;
  text?: string;
} = {}): Listening {
  const [started, closed, socket] = [
    Promise.withResolvers<unknown>(),
    Promise.withResolvers<number>(),
    Promise.withResolvers<WebSocket>(),
  ];
  const client = createClient({
    url: addressOf(of),
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts,
    retryWait: async () => {},
    on: {
      connected: (opened) => socket.resolve(opened as WebSocket),
      ping: (_received, payload) => started.resolve(payload?.eventId),
      closed: (event) => closed.resolve((event as { code: number }).code),
    },
  });
  ends.push(() => void client.dispose());
  const results = client.iterate({ query: text, extensions });
  const first = results.next();
  first.catch(() => {});
  let isFirst = true;
  return {
    client,
    started: started.promise,
    closed: closed.promise,
    socket: socket.promise,
    next: async () => {
      const { value } = await (isFirst ? first : results.next());
      isFirst = false;
      return value as ExecutionResult;
    },
  };
}

describe('a subscription over WebSocket', () => {
  it('starts with a cursor, and delivers each change with the id of its event', async () => {
    const events = subscribe();
    expect(await events.started).toMatch(/^\d+\.\d+$/);
    const cursor = subgraph.change('a');
    expect(await events.next()).toEqual({
      data: { visitChanged: { id: 'a', text: '示例' } },
      extensions: { eventId: cursor },
    });
  });

  it('resumes after the event with the given id, without gaps or repetitions', async () => {
    const first = subscribe();
    await first.started;
    subgraph.change('seen');
    const { extensions } = await first.next();
    await first.client.dispose();
    for (const id of ['missed', 'missed too']) subgraph.change(id);
    const again = subscribe({ extensions: { lastEventId: extensions?.eventId } });
    const received = [await again.next(), await again.next()];
    subgraph.change('later');
    received.push(await again.next());
    expect(received.map(({ data }) => data.visitChanged.id)).toEqual(['missed', 'missed too', 'later']);
  });

  it('ends when the client completes it, and the socket stays usable', async () => {
    const { client, started } = subscribe();
    await started;
    const results = client.iterate({ query });
    const pending = results.next();
    await results.return?.();
    await pending;
    const { value } = await client.iterate({ query: '{ visit(id: "1") { id } }' }).next();
    expect(value).toEqual({ data: { visit: { id: '1' } } });
  });

  it.each([
    ['an id that no event had', { extensions: { lastEventId: 7 } }, 'BAD_CURSOR'],
    [
      'a field that is not there',
      { text: 'subscription { nothingChanged { id } }' },
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['what is no GraphQL', { text: 'subscription {' }, 'GRAPHQL_PARSE_FAILED'],
    [
      'a division that is none',
      { text: 'subscription { visitChanged(within: "4101x") { id } }' },
      'BAD_USER_INPUT',
    ],
  ])('is refused for %s, and the socket stays', async (_what, options, code) => {
    const { client, next } = subscribe(options);
    const refusal = await next().then(
      // A refusal by the engine is an answer with errors.
      (result) => result.errors ?? [],
      (errors) => errors,
    );
    expect(refusal[0]).toMatchObject({ extensions: { code } });
    const { value } = await client.iterate({ query: '{ visit(id: "1") { id } }' }).next();
    expect(value).toEqual({ data: { visit: { id: '1' } } });
  });

  it('is refused when there are too many', async () => {
    const small = await startSubscriptionGateway(subgraph, { MAX_STREAMS: '1' });
    const first = subscribe({ of: small });
    await first.started;
    const refused = await first.client
      .iterate({ query })
      .next()
      .catch((errors) => errors);
    expect(refused[0].extensions.code).toBe('OVERLOADED');
    const upgrade = await refusalOf(small);
    expect(upgrade).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } });
    await small.stop();
  });

  it('is closed with 1001 when the gateway stops', async () => {
    const ending = await startSubscriptionGateway(subgraph);
    const events = subscribe({ of: ending });
    await events.started;
    await ending.stop();
    expect(await events.closed).toBe(1001);
  });

  it('is closed with 1013 when the client reads too slowly', async () => {
    const strict = await startSubscriptionGateway(subgraph, { STREAM_CLOSE_TIMEOUT_MS: '2000' });
    const events = subscribe({ of: strict });
    await events.started;
    const socket = await events.socket;
    socket.pause();
    const slow = strict.logged('client too slow');
    subgraph.text = '示'.repeat(100_000);
    for (let n = 0; n < 200; n += 1) subgraph.change(`flood-${n}`);
    await slow;
    subgraph.text = '示例';
    socket.resume();
    expect(await events.closed).toBe(1013);
    await strict.stop();
  });
});

describe('queries and mutations over WebSocket', () => {
  it('are answered by the same engine', async () => {
    const { client } = subscribe();
    const results = client.iterate({ query: 'mutation { touch }' });
    expect((await results.next()).value).toEqual({ data: { touch: 'touched' } });
    expect((await results.next()).done).toBe(true);
    const { value } = await client.iterate({ query: '{ nothing }' }).next();
    expect(value).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  });
});

it('keeps numbers as they were written, in both directions', async () => {
  const { socket } = await opened();
  ends.push(() => socket.terminate());
  const answerTo = async (message: string) => {
    socket.send(message);
    const [text] = await once(socket, 'message');
    return String(text);
  };
  await answerTo('{"type":"connection_init"}');
  const payload = '{"query":"query ($n: Count!) { echo(n: $n) }","variables":{"n":9007199254740993}}';
  const answer = await answerTo(`{"type":"subscribe","id":"1","payload":${payload}}`);
  expect(answer).toContain('"data":{"echo":9007199254740993}');
});

/** The answer to an upgrade request that was refused. */
async function refusalOf(
  of: SubscriptionGateway,
  options: ClientOptions = {},
  path?: string,
): Promise<IncomingMessage> {
  const socket = new WebSocket(addressOf(of, path), 'graphql-transport-ws', options);
  socket.on('error', () => {});
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  socket.terminate();
  return response;
}

/** A socket without a GraphQL client. */
async function opened(
  of: SubscriptionGateway = gateway,
  options: ClientOptions = {},
): Promise<{ socket: WebSocket; code: Promise<number> }> {
  const socket = new WebSocket(addressOf(of), 'graphql-transport-ws', options);
  const code = once(socket, 'close').then(([closed]) => closed as number);
  await once(socket, 'open');
  return { socket, code };
}

describe('a page', () => {
  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1'])(
    'of the origin %s may not connect',
    async (origin) => {
      expect((await refusalOf(gateway, { origin })).statusCode).toBe(403);
    },
  );

  it('of the gateway itself or of an allowed origin may connect', async () => {
    for (const origin of [gateway.url, 'https://app.example'])
      (await opened(gateway, { origin })).socket.terminate();
  });
});

describe('a viewer', () => {
  const forwarded = async (connectionParams: Record<string, unknown>) => {
    subgraph.requests.length = 0;
    const { client } = subscribe({ connectionParams });
    await client.iterate({ query: '{ visit(id: "who") { id } }' }).next();
    return subgraph.requests[0]?.authorization;
  };

  it('is identified by connection_init or by the upgrade request', async () => {
    expect(await forwarded({})).toBeUndefined();
    expect(await forwarded({ authorization: 'Bearer first', purpose: 'CARE' })).toBe('Bearer first');
    expect(subgraph.requests[0]?.['x-purpose']).toBe('CARE');
    subgraph.requests.length = 0;
    const { socket } = await opened(gateway, { headers: { authorization: 'Bearer header' } });
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    socket.send('{"type":"subscribe","id":"1","payload":{"query":"{ visit(id: \\"y\\") { id } }"}}');
    await once(socket, 'message');
    expect(subgraph.requests[0]?.authorization).toBe('Bearer header');
    socket.terminate();
  });

  it('is rejected with 4403 when the authorization is no text', async () => {
    expect(await subscribe({ connectionParams: { authorization: 7 } }).closed).toBe(4403);
    expect(await subscribe({ connectionParams: { purpose: {} } }).closed).toBe(4403);
  });

  it('is rejected when the upgrade request has another authorization', async () => {
    const { socket, code } = await opened(gateway, { headers: { authorization: 'Bearer header' } });
    socket.send('{"type":"connection_init","payload":{"authorization":"Bearer first"}}');
    expect(await code).toBe(4403);
  });
});

describe('a socket', () => {
  it('opens at /graphql only', async () => {
    expect((await refusalOf(gateway, {}, '/graphql/elsewhere')).statusCode).toBe(404);
  });

  it('is closed without connection_init', async () => {
    const hasty = await startSubscriptionGateway(subgraph, { STREAM_INIT_TIMEOUT_MS: '10' });
    expect(await (await opened(hasty)).code).toBe(4408);
    await hasty.stop();
  });

  it.each([
    ['subscribes before connection_init', '{"type":"subscribe","id":"1","payload":{"query":"{ x }"}}', 4401],
    ['sends what is no message', '{"type":"nonsense"}', 4400],
    ['sends what is no JSON', '{', 4400],
    [
      'sends what is nested too deep',
      `{"type":"ping","payload":{"a":${'['.repeat(300)}${']'.repeat(300)}}}`,
      4400,
    ],
    ['sends a long ping', JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(8192) } }), 4400],
    [
      'sends a long beginning',
      JSON.stringify({ type: 'connection_init', payload: { x: Array(8192).fill(1) } }),
      4400,
    ],
    ['sends more than may be sent', JSON.stringify({ type: 'x'.repeat(300_000) }), 1009],
  ])('is closed when it %s', async (_what, message, code) => {
    const { socket, code: closed } = await opened();
    socket.send(message);
    expect(await closed).toBe(code);
  });

  it.each(['ping', 'pong'])('is closed with 1013 when it sends a %s too often', async (type) => {
    const { socket, code } = await opened();
    for (let sent = 0; sent < 1000; sent += 1) socket.send(JSON.stringify({ type }));
    expect(await code).toBe(1013);
  });

  it('is closed when it does not answer a ping', async () => {
    const strict = await startSubscriptionGateway(subgraph, { STREAM_KEEPALIVE_MS: '20' });
    const answering = await opened(strict);
    const { code } = await opened(strict, { autoPong: false });
    expect(await code).toBe(1006);
    expect(answering.socket.readyState).toBe(WebSocket.OPEN);
    answering.socket.terminate();
    await strict.stop();
  });
});

it('counts each query as running until its result is sent', async () => {
  const small = await startSubscriptionGateway(subgraph, { VIEWER_MAX_CONCURRENT_OPERATIONS: '1' });
  for (let turn = 0; turn < 3; turn += 1) {
    const query = subscribe({ of: small, text: '{ visit(id: "1") { id } }' });
    expect((await query.next()).data).toEqual({ visit: { id: '1' } });
    await query.client.dispose();
  }
  await small.stop();
});
