// Sockets whose clients send more than may be answered, or read nothing: what is read of them, kept for them, and when they end.
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

/** A socket that has said who is there. */
async function opened(of: { url: string } = gateway): Promise<{ socket: WebSocket; code: Promise<number> }> {
  const socket = new WebSocket(`${of.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  ends.push(() => socket.terminate());
  const code = once(socket, 'close').then(([closed]) => closed as number);
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  return { socket, code };
}

it('one that reads nothing is ended for what else its viewer asks, once it has stood still', async () => {
  const strict = await startSubscriptionGateway(subgraph, { VIEWER_MAX_UNREAD_BYTES: '1000000' });
  subgraph.text = 'x'.repeat(6_000_000);
  const asking = { type: 'subscribe', id: '1', payload: { query: '{ visit(id: "1") { text } }' } };
  const ask = async () => {
    const { socket, code } = await opened(strict);
    socket.send(JSON.stringify(asking));
    return { socket, code };
  };
  const still = await ask();
  still.socket.pause();
  const answered = async () => {
    const { socket, code } = await ask();
    const text = once(socket, 'message').then(([message]) => String(message));
    return Promise.race([text, code]);
  };
  const first = await answered();
  // Nobody is cut off who may be reading still: it is whoever asks that is told to wait.
  expect(first).toBe(1013);
  await expect.poll(answered, { timeout: 20_000, interval: 200 }).toContain('xxx');
  still.socket.resume();
  expect(await still.code).toBe(1006);
  subgraph.text = '示例';
  await strict.stop();
});

it('one is closed with 1013 when it goes on with operations that are refused', async () => {
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

it('one that asks faster than it is answered is read as fast as it is answered', async () => {
  const { socket } = await opened();
  const answering = Promise.withResolvers<void>();
  subgraph.responding = answering.promise;
  // Each message is longer than the system hands on at once.
  const query = `{ visit(id: "1") { id } } # ${'x'.repeat(70_000)}`;
  const asked = 40;
  const before = subgraph.requests.length;
  for (let id = 0; id < asked; id += 1)
    socket.send(JSON.stringify({ type: 'subscribe', id: `${id}`, payload: { query, variables: { id } } }));
  const done = new Set<string>();
  const all = Promise.withResolvers<void>();
  socket.on('message', (data) => {
    const { type, id } = JSON.parse(String(data));
    if (type === 'complete' && done.add(id).size === asked) all.resolve();
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

it('of one that was told to go with 1013 nothing more is handled, and soon nothing more is read', async () => {
  let answered = 0;
  const served = await serveWebSockets({
    subscriptions: { subscribe: () => Promise.reject(new Error('not asked for')) },
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

it('a message may come in 32 pieces, and no more', async () => {
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
