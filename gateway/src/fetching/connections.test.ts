import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connections, DeadlineExceeded, ExchangeAbandoned, type Progress } from './connections.ts';
import { MalformedResponse } from './response-reader.ts';

let server: Server;
let connections: Connections;
/** What the server does with the bytes of a request, on which connection, in the order of their coming. */
let onRequest: (socket: Socket, text: string, connection: number) => void;
let sockets: Socket[] = [];

const whole = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const longMs = 10_000;

beforeEach(async () => {
  sockets = [];
  onRequest = (socket) => socket.write(whole);
  server = createServer((socket) => {
    const number = sockets.push(socket) - 1;
    socket.on('data', (bytes) => onRequest(socket, bytes.toString('latin1'), number));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  connections = connectionsTo(2);
});
afterEach(() => {
  connections.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

function connectionsTo(maxConnections: number): Connections {
  const { port } = server.address() as AddressInfo;
  const origin = new URL(`http://127.0.0.1:${port}/`);
  return new Connections({ origin, maxConnections, maxAnswerBytes: 1000, timeoutMs: 200 });
}

interface Outcome {
  text?: string;
  error?: Error;
  progress?: Progress;
}

const ask = (request = 'a', timeoutMs = longMs, isAbandoned = () => false): Promise<Outcome> =>
  new Promise((resolve) => {
    connections.exchange({
      request,
      deadline: performance.now() + timeoutMs,
      succeeded: ({ text }) => resolve({ text }),
      failed: (error, progress) => resolve({ error, progress }),
      isAbandoned,
    });
  });

describe('a connection', () => {
  it('is used again, by one request at a time', async () => {
    const seen: string[] = [];
    onRequest = (socket, text, connection) => {
      seen.push(`${connection}${text}`);
      socket.write(whole);
    };
    for (const request of ['a', 'b', 'c']) expect(await ask(request)).toEqual({ text: 'ok' });
    expect(seen).toEqual(['0a', '0b', '0c']);
  });

  it('is one of so many, for which the next requests wait in their order', async () => {
    const seen: string[] = [];
    onRequest = (socket, text) => {
      seen.push(text);
      setImmediate(() => socket.write(whole));
    };
    const asked = ['a', 'b', 'c', 'd', 'e'].map((request) => ask(request));
    expect(await Promise.all(asked)).toEqual(asked.map(() => ({ text: 'ok' })));
    expect(seen.slice(2)).toEqual(['c', 'd', 'e']);
    expect(sockets).toHaveLength(2);
  });

  it('is another once the other end has closed it at rest', async () => {
    await ask();
    const [first] = sockets;
    first?.end();
    if (first) await once(first, 'close');
    expect(await ask()).toEqual({ text: 'ok' });
    expect(sockets).toHaveLength(2);
  });

  it('is given up when something comes at rest: it is no answer to what is asked next', async () => {
    await ask();
    const [first] = sockets;
    first?.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil');
    if (first) await once(first, 'close');
    expect(await ask()).toEqual({ text: 'ok' });
    expect(sockets).toHaveLength(2);
  });

  it('is given up when more comes than was asked for', async () => {
    onRequest = (socket, _text, connection) => socket.write(connection === 0 ? whole + whole : whole);
    expect(await ask()).toEqual({ text: 'ok' });
    expect(await ask()).toEqual({ text: 'ok' });
    expect(sockets).toHaveLength(2);
  });

  it('is given up when the other end says so', async () => {
    onRequest = (socket) =>
      socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok');
    await ask();
    await ask();
    expect(sockets).toHaveLength(2);
  });
});

describe('an exchange fails', () => {
  it('as not begun where the connection closes without an answer', async () => {
    onRequest = (socket) => socket.destroy();
    expect(await ask()).toMatchObject({ progress: 'sent' });
  });

  it('as begun where it closes within one', async () => {
    onRequest = (socket) => socket.end(whole.slice(0, -1));
    expect(await ask()).toMatchObject({ progress: 'answering' });
    onRequest = (socket) => socket.end('H');
    expect(await ask()).toMatchObject({ progress: 'answering' });
  });

  it('as not begun where nobody listens', async () => {
    connections.close();
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const origin = new URL(`http://127.0.0.1:${port}/`);
    connections = new Connections({ origin, maxConnections: 1, maxAnswerBytes: 10, timeoutMs: 200 });
    expect(await ask()).toMatchObject({ error: { code: 'ECONNREFUSED' }, progress: 'waiting' });
  });

  it('where the answer is malformed, and its connection is given up', async () => {
    onRequest = (socket) => socket.write('hello\r\n\r\n');
    expect((await ask()).error).toBeInstanceOf(MalformedResponse);
    onRequest = (socket) => socket.write(whole);
    expect(await ask()).toEqual({ text: 'ok' });
    expect(sockets).toHaveLength(2);
  });

  it('when it is late, be it under way or waiting; the rest goes on', async () => {
    onRequest = (socket, text) => {
      if (text === 'b') socket.write(whole);
    };
    connections.close();
    connections = connectionsTo(1);
    const [first, waiting, last] = await Promise.all([ask('a', 40), ask('a', 20), ask('b')]);
    expect(first?.error).toBeInstanceOf(DeadlineExceeded);
    expect(waiting?.error).toBeInstanceOf(DeadlineExceeded);
    expect(last).toEqual({ text: 'ok' });
  });

  it('when all is closed', async () => {
    onRequest = () => connections.close();
    const asked = await Promise.all([ask(), ask(), ask()]);
    expect(asked.map(({ text }) => text)).toEqual([undefined, undefined, undefined]);
    expect((await ask()).error).toBeDefined();
  });
});

it('sends what is longer than the socket takes at once, and reads what comes in many pieces', async () => {
  const body = 'x'.repeat(3_000_000);
  let received = '';
  onRequest = (socket, text) => {
    received += text;
    if (received.length === body.length)
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  };
  connections.close();
  const { port } = server.address() as AddressInfo;
  const origin = new URL(`http://127.0.0.1:${port}/`);
  connections = new Connections({ origin, maxConnections: 1, maxAnswerBytes: 5_000_000, timeoutMs: longMs });
  expect((await ask(body)).text === body).toBe(true);
});

it('ends what nobody waits for any more, on the way or in the queue', async () => {
  onRequest = () => {};
  let isGone = false;
  const onTheWay = [ask('a', longMs, () => isGone), ask('b', longMs, () => isGone)];
  const queued = ask('c', longMs, () => isGone);
  await expect.poll(() => sockets.length).toBe(2);
  const closed = sockets.map((socket) => once(socket, 'close'));
  isGone = true;
  for (const outcome of await Promise.all(onTheWay)) {
    expect(outcome.error).toBeInstanceOf(ExchangeAbandoned);
    expect(outcome.progress).toBe('sent');
  }
  const { error, progress } = await queued;
  expect([error instanceof ExchangeAbandoned, progress]).toEqual([true, 'waiting']);
  await Promise.all(closed);
});
