import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { client } from '../testing/http.ts';
import { type GraphQLServer, serveGraphQL } from './graphql-server.ts';

let server: GraphQLServer;
let closed: Promise<void> | null;
const serve = async () => {
  closed = null;
  server = await serveGraphQL(
    {
      answer: async ({ query }) => ({ executed: true, body: JSON.stringify({ data: query }) }),
      checkReady: async () => ({}),
      maxBodyBytes: 100,
    },
    0,
    '127.0.0.1',
  );
};
const close = () => {
  closed ??= server.close();
  return closed;
};
beforeEach(serve);
afterEach(close);

const { post } = client(() => server.port);
const request =
  'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{"query":"a"}';

/** Everything received until the server ends the connection. Rejects if it is reset. */
async function rest(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

async function untilRefused(): Promise<void> {
  for (;;) {
    const socket = connect(server.port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (!isOpen) return;
  }
}

it('answers on connections that are in the accept queue when it is closed', async () => {
  const sockets = Array.from({ length: 20 }, () => connect(server.port, '127.0.0.1'));
  // By now the system has accepted each connection and buffered its data; the server has not seen any of them.
  for (const socket of sockets) socket.write(request);
  await new Promise<void>((resolve) => process.nextTick(resolve));
  void close();
  for (const answer of await Promise.all(sockets.map(rest))) {
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(answer).toContain('{"data":"a"}');
  }
});

it('answers the first request on a new connection after it has stopped listening', async () => {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  const isClosed = close();
  await untilRefused();
  socket.write(request);
  expect(await rest(socket)).toContain('{"data":"a"}');
  await isClosed;
});

it('ends an unused connection without a reset', async () => {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  const isClosed = close();
  expect(await rest(socket)).toBe('');
  await isClosed;
});

it('resets no connection of ten clients that keep making new ones', async () => {
  for (let round = 0; round < 5; round += 1) {
    const seen = new Set<unknown>();
    const sendRequest = async () => {
      for (let result: unknown; result !== 'ECONNREFUSED'; seen.add(result)) {
        // Connects between two event loop iterations of the server, as clients in other processes nearly always do.
        await turn();
        result = await post({ query: 'a' }).then(
          ({ status }) => status,
          ({ code }) => code,
        );
      }
    };
    const clients = Promise.all(Array.from({ length: 10 }, sendRequest));
    while (seen.size === 0) await turn();
    await server.drain(0);
    await close();
    await clients;
    expect(seen).toEqual(new Set([200, 'ECONNREFUSED']));
    await serve();
  }
});
