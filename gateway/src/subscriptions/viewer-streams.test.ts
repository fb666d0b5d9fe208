import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { headersOf, testIdentity } from '@district-graph/kit/testing/identity';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { Engine } from '../engine/engine.ts';
import {
  FakeSubgraph,
  type SubscriptionGateway,
  startSubscriptionGateway,
  stream,
} from '../testing/change-streams.ts';

const subgraph = new FakeSubgraph();
let gateway: SubscriptionGateway;
const ends: (() => void)[] = [];
beforeAll(() => subgraph.start());
beforeEach(async () => {
  gateway = await startSubscriptionGateway(subgraph, { VIEWER_MAX_STREAMS: '2' });
});
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await gateway.stop();
});
afterAll(() => subgraph.stop());

const query = 'subscription { visitChanged(within: "410105") { id } }';
const one = { authorization: 'Bearer one' };
const other = { authorization: 'Bearer other' };

const subscribe = (headers: Record<string, string>) => stream(gateway.url, query, headers);
async function statusFor(headers: Record<string, string>): Promise<number> {
  const { response, end } = await subscribe(headers);
  ends.push(end);
  return response.status;
}

async function open(headers: Record<string, string> = {}): Promise<WebSocket> {
  const url = `${gateway.url.replace('http', 'ws')}/graphql`;
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers });
  socket.on('error', () => {});
  ends.push(() => socket.terminate());
  await Promise.race([
    once(socket, 'open'),
    once(socket, 'unexpected-response').then(([, got]) => Promise.reject(got)),
  ]);
  return socket;
}

const refused = (headers?: Record<string, string>): Promise<IncomingMessage> =>
  open(headers).then(
    () => Promise.reject(new Error('it was opened')),
    (got) => got,
  );

/** Opens a socket of a viewer; resolves with it once it is acknowledged, or with the code with which it is closed. */
async function openAs(authorization: string): Promise<WebSocket | number> {
  const socket = await open();
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  return Promise.race([
    once(socket, 'message').then(() => socket),
    once(socket, 'close').then(([code]) => code as number),
  ]);
}

async function answerTo(socket: WebSocket, id: string): Promise<{ type: string; payload: unknown }> {
  socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
  const [message] = await once(socket, 'message');
  return JSON.parse(String(message));
}

describe('one viewer', () => {
  it('may open a limited number of streams, and leaves those of others', async () => {
    expect([await statusFor(one), await statusFor(one)]).toEqual([200, 200]);
    const { response } = await subscribe(one);
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'TOO_MANY_AT_ONCE', limit: 2 } }],
    });
    expect(await statusFor(other)).toBe(200);
    expect(await statusFor({})).toBe(200);
  });

  it('may open streams again once others have ended', async () => {
    const first = await subscribe(one);
    expect(await statusFor(one)).toBe(200);
    expect((await subscribe(one)).response.status).toBe(429);
    first.end();
    let status = 429;
    while (status === 429) status = await statusFor(one);
    expect(status).toBe(200);
  });

  it('may not open more over sockets', async () => {
    const sockets = [await openAs('Bearer one'), await openAs('Bearer one')] as WebSocket[];
    const [first, second] = sockets as [WebSocket, WebSocket];
    expect((await answerTo(first, 'a')).type).toBe('ping');
    expect((await answerTo(second, 'b')).type).toBe('ping');
    expect(await answerTo(second, 'c')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'TOO_MANY_AT_ONCE', limit: 2 } }],
    });
    expect(await statusFor(one)).toBe(429);
    expect(await statusFor(other)).toBe(200);
  });
});

/** Long enough to be validated in a thread: the client may have disconnected when that is done. */
const long = `${query} #${'x'.repeat(3000)}`;

it('a viewer whose connections are reset before their streams start keeps the full number', async () => {
  const headers = { 'content-type': 'application/json', ...one };
  const { subscription } = Engine.prototype;
  const listening = vi.spyOn(Engine.prototype, 'subscription');
  for (let turn = 0; turn < 4; turn += 1) {
    const sent = request(`${gateway.url}/graphql/stream`, { method: 'POST', headers, agent: false });
    sent.on('error', () => {});
    const served = new Promise<ServerResponse>((resolve) => {
      const onStart = (message: unknown) => {
        channel('http.server.request.start').unsubscribe(onStart);
        resolve((message as { response: ServerResponse }).response);
      };
      channel('http.server.request.start').subscribe(onStart);
    });
    const released = Promise.withResolvers<void>();
    listening.mockImplementationOnce(async function (this: Engine, operation) {
      sent.destroy();
      const response = await served;
      if (!response.destroyed) await once(response, 'close');
      released.resolve();
      return subscription.call(this, operation);
    });
    sent.end(JSON.stringify({ query }));
    await released.promise;
  }
  listening.mockRestore();
  await expect.poll(() => statusFor(one)).toBe(200);
  await expect.poll(() => statusFor(one)).toBe(200);
});

it('a socket that is closed before its subscription starts leaves no stream behind', async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    const socket = (await openAs('Bearer one')) as WebSocket;
    socket.send(JSON.stringify({ id: 'a', type: 'subscribe', payload: { query: long } }));
    socket.terminate();
    await once(socket, 'close');
  }
  await expect.poll(() => statusFor(one)).toBe(200);
  await expect.poll(() => statusFor(one)).toBe(200);
});

describe('sockets', () => {
  it('count for their address until they authenticate, then for their viewer', async () => {
    const sockets = [await open(), await open()];
    const response = await refused();
    expect([response.statusCode, response.headers['retry-after']]).toEqual([429, '1']);
    for (const socket of sockets) {
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: 'Bearer one' } }));
      await once(socket, 'message');
    }
    const fromElsewhere = await openAs('Bearer other');
    expect(fromElsewhere).toBeInstanceOf(WebSocket);
    expect(await openAs('Bearer one')).toBe(1013);
  });

  it('of anonymous clients that stay open do not count for others at their address', async () => {
    for (let count = 0; count < 2; count += 1) {
      const socket = await open();
      socket.send(JSON.stringify({ type: 'connection_init' }));
      await once(socket, 'message');
    }
    expect(await openAs('Bearer other')).toBeInstanceOf(WebSocket);
  });

  it('count for their viewer from the start if the upgrade request has a valid token', async () => {
    await gateway.stop();
    gateway = await startSubscriptionGateway(
      subgraph,
      { VIEWER_MAX_STREAMS: '2' },
      { identity: testIdentity },
    );
    await Promise.all([open(), open()]);
    const headers = await headersOf({ sub: 'worker', roles: ['care-worker'], divisions: ['410105'] });
    await Promise.all([open(headers), open(headers)]);
    expect((await refused(headers)).statusCode).toBe(429);
    expect((await refused({ authorization: 'Bearer made.up.token' })).statusCode).toBe(429);
  });

  it('no longer count when they are closed', async () => {
    for (let turn = 0; turn < 6; turn += 1) {
      const socket = (await openAs('Bearer one')) as WebSocket;
      expect(socket).toBeInstanceOf(WebSocket);
      socket.close();
      await once(socket, 'close');
    }
  });
});
