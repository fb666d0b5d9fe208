// Unfinished request bodies: limited for each client and for all clients, cut when they stall, and released at their end.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type GraphQLServer, serveGraphQL } from '../http/graphql-server.ts';
import { send } from '../testing/http.ts';
import { UnfinishedBodies } from './unfinished-bodies.ts';

const sockets: Socket[] = [];
let unfinished: UnfinishedBodies;
let server: GraphQLServer;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  unfinished = new UnfinishedBodies({ maxOfClient: 1000, max: 2000 });
  server = await serveGraphQL(
    {
      unfinished,
      maxBodyBytes: 1000,
      answer: async () => ({ executed: true, body: '{"data":{}}' }),
      checkReady: async () => ({}),
    },
    0,
    '127.0.0.1',
  );
});
afterEach(async () => {
  vi.useRealTimers();
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

/** Sends the start of a body. `answer` resolves with the first answer on its connection. */
function startBody(length: string, bytes: string): { socket: Socket; answer: Promise<string> } {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${length}\r\n\r\n`;
  socket.write(head + bytes);
  const answer = once(socket, 'data').then(([data]) => String(data));
  answer.catch(() => {});
  return { socket, answer };
}

it.each([
  ['with a length', 'content-length: 600', '{"query"', '{'],
  ['in chunks', 'transfer-encoding: chunked', '1\r\n{\r\n', '1\r\n{\r\n'],
])(
  'an unfinished body %s is counted, and another one refused until it is gone',
  async (_how, length, bytes) => {
    const first = startBody(length, bytes);
    await expect.poll(() => unfinished.bytes).toBeGreaterThan(0);
    const second = startBody(length, bytes);
    const answer = await second.answer;
    expect(answer).toMatch(/^HTTP\/1.1 429 /);
    expect(answer).toContain('TOO_MANY_AT_ONCE');
    first.socket.destroy();
    await expect.poll(() => unfinished.bytes).toBe(0);
  },
);

it('a body that arrives in one chunk is not counted, and one that ends is released', async () => {
  startBody('content-length: 1000', '{');
  await expect.poll(() => unfinished.bytes).toBe(1000);
  const { status } = await send(
    server.port,
    'POST',
    '/graphql',
    { 'content-type': 'application/json' },
    '{"query":"{a}"}',
  );
  expect(status).toBe(200);
  sockets[0]?.write(`"query":"{a}"}${' '.repeat(986)}`);
  await expect.poll(() => unfinished.bytes).toBe(0);
});

it('a stalled body is cut for a new one', async () => {
  const stalled = startBody('content-length: 1000', '{');
  const closed = once(stalled.socket, 'close');
  await expect.poll(() => unfinished.bytes).toBe(1000);
  vi.advanceTimersByTime(2000);
  startBody('content-length: 900', '{');
  await closed;
  await expect.poll(() => unfinished.bytes).toBe(900);
});
