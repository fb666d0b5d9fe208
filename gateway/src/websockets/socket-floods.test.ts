// Sockets whose clients send more than is answered, or read nothing.
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  FakeSubgraph,
  type SubscriptionGateway,
  serveWebSockets,
  startSubscriptionGateway,
} from '../testing/change-streams.ts';

const subgraph = new FakeSubgraph();
let gateway: SubscriptionGateway;
beforeAll(async () => {
  await subgraph.start();
  gateway = await startSubscriptionGateway(subgraph);
});
afterAll(async () => {
  await gateway.stop();
  await subgraph.stop();
});

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A socket after connection_init. */
async function opened(of: { url: string } = gateway): Promise<{ socket: WebSocket; code: Promise<number> }> {
  const socket = new WebSocket(`${of.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  ends.push(() => socket.terminate());
  const code = once(socket, 'close').then(([closed]) => closed as number);
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  return { socket, code };
}

it('terminates a socket that reads nothing when its viewer needs the room, once it has stalled', async () => {
  const strict = await startSubscriptionGateway(subgraph, { VIEWER_MAX_UNREAD_BYTES: '1000000' });
  subgraph.text = 'x'.repeat(6_000_000);
  const message = { type: 'subscribe', id: '1', payload: { query: '{ visit(id: "1") { text } }' } };
  const query = async () => {
    const { socket, code } = await opened(strict);
    socket.send(JSON.stringify(message));
    return { socket, code };
  };
  const stalled = await query();
  stalled.socket.pause();
  const answered = async () => {
    const { socket, code } = await query();
    const text = once(socket, 'message').then(([message]) => String(message));
    return Promise.race([text, code]);
  };
  const first = await answered();
  // A socket that may still be reading is kept: the new query is refused.
  expect(first).toBe(1013);
  await expect.poll(answered, { timeout: 20_000, interval: 200 }).toContain('xxx');
  stalled.socket.resume();
  expect(await stalled.code).toBe(1006);
  subgraph.text = '示例';
  await strict.stop();
});

it('closes a socket with 1013 when it keeps sending operations that are refused', async () => {
  const strict = await startSubscriptionGateway(subgraph, {
    VIEWER_RATE: '1',
    VIEWER_BURST: '500',
    STREAM_CLOSE_TIMEOUT_MS: '500',
  });
  const { socket, code } = await opened(strict);
  const payload = { query: '{ visit(id: "1") { id } }' };
  for (let id = 0; id < 5000; id += 1)
    socket.send(JSON.stringify({ type: 'subscribe', id: String(id), payload }));
  expect(await code).toBe(1013);
  await strict.stop();
});

it('reads a socket no faster than its operations are answered', async () => {
  const { socket } = await opened();
  const answering = Promise.withResolvers<void>();
  subgraph.responding = answering.promise;
  // Each message is longer than one read.
  const query = `{ visit(id: "1") { id } } # ${'x'.repeat(70_000)}`;
  const count = 40;
  const before = subgraph.requests.length;
  for (let id = 0; id < count; id += 1)
    socket.send(JSON.stringify({ type: 'subscribe', id: `${id}`, payload: { query, variables: { id } } }));
  const done = new Set<string>();
  const all = Promise.withResolvers<void>();
  socket.on('message', (data) => {
    const { type, id } = JSON.parse(String(data));
    if (type === 'complete' && done.add(id).size === count) all.resolve();
  });
  await expect.poll(() => subgraph.requests.length).toBeGreaterThan(before);
  answering.resolve();
  await all.promise;
});

it.each(['ping', 'pong'] as const)(
  'one is closed with 1013 when it sends %s frames too often',
  async (frame) => {
    const { socket, code } = await opened();
    for (let sent = 0; sent < 1000; sent += 1) socket[frame]();
    expect(await code).toBe(1013);
  },
);

it('handles nothing more from a socket closed with 1013, and soon reads nothing more', async () => {
  let answered = 0;
  const served = await serveWebSockets({
    subscriptions: { subscribe: () => Promise.reject(new Error('unexpected')) },
    answer: async () => {
      answered += 1;
      return { executed: true, body: '{"data":{}}' };
    },
  });
  const { socket, code } = await opened(served);
  for (let sent = 0; sent < 300; sent += 1) socket.send('{"type":"ping"}');
  const query = `{ visit(id: "1") { id } } # ${'x'.repeat(16_000)}`;
  const message = JSON.stringify({ type: 'subscribe', id: '1', payload: { query } });
  const sentBytes = 3000 * message.length;
  for (let sent = 0; sent < 3000; sent += 1) socket.send(message);
  expect(await code).toBe(1013);
  await served.stop();
  expect(answered).toBe(0);
  expect(served.bytesRead()).toBeGreaterThan(0);
  expect(served.bytesRead()).toBeLessThan(sentBytes / 4);
});

it('accepts a message in 32 fragments and no more', async () => {
  const { socket, code } = await opened();
  const payload = { query: '{ visit(id: "1") { id } }' };
  const text = JSON.stringify({ type: 'subscribe', id: '1', payload });
  const inPieces = (count: number) => {
    for (let n = 0; n < count; n += 1)
      socket.send(text.slice(n, n < count - 1 ? n + 1 : undefined), { fin: n === count - 1 });
  };
  inPieces(32);
  const [answer] = await once(socket, 'message');
  expect(String(answer)).toContain('"visit"');
  inPieces(33);
  expect(await code).toBe(1008);
});
