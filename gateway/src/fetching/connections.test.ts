import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Connections, DeadlineExceeded, ExchangeAbandoned, type Progress } from './connections.ts';
import { MalformedResponse } from './response-reader.ts';

let server: Server;
let connections: Connections;
/** What the server does with the bytes of a request; connections are numbered in the order in which they were opened. */
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

const send = (request = 'a', timeoutMs = longMs, isAbandoned = () => false): Promise<Outcome> =>
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
  it('is reused by one request at a time', async () => {
    const seen: string[] = [];
    onRequest = (socket, text, connection) => {
      seen.push(`${connection}${text}`);
      socket.write(whole);
    };
    for (const request of ['a', 'b', 'c']) expect(await send(request)).toEqual({ text: 'ok' });
    expect(seen).toEqual(['0a', '0b', '0c']);
  });

  it('is one of a limited number, for which further requests wait in order', async () => {
    const seen: string[] = [];
    onRequest = (socket, text) => {
      seen.push(text);
      setImmediate(() => socket.write(whole));
    };
    const outcomes = ['a', 'b', 'c', 'd', 'e'].map((request) => send(request));
    expect(await Promise.all(outcomes)).toEqual(outcomes.map(() => ({ text: 'ok' })));
    expect(seen.slice(2)).toEqual(['c', 'd', 'e']);
    expect(sockets).toHaveLength(2);
  });

  it('is replaced when the server has closed it while idle', async () => {
    await send();
    const [first] = sockets;
    first?.end();
    if (first) await once(first, 'close');
    expect(await send()).toEqual({ text: 'ok' });
    expect(sockets).toHaveLength(2);
  });

  it('is closed when bytes arrive while it is idle: they are no response to the next request', async () => {
    await send();
    const [first] = sockets;
    first?.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil');
    if (first) await once(first, 'close');
    expect(await send()).toEqual({ text: 'ok' });
    expect(sockets).toHaveLength(2);
  });

  it('is closed when bytes follow the response', async () => {
    onRequest = (socket, _text, connection) => socket.write(connection === 0 ? whole + whole : whole);
    expect(await send()).toEqual({ text: 'ok' });
    expect(await send()).toEqual({ text: 'ok' });
    expect(sockets).toHaveLength(2);
  });

  it('is closed when the response says so', async () => {
    onRequest = (socket) =>
      socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok');
    await send();
    await send();
    expect(sockets).toHaveLength(2);
  });
});

describe('an exchange fails', () => {
  it('as sent when the connection closes without a response', async () => {
    onRequest = (socket) => socket.destroy();
    expect(await send()).toMatchObject({ progress: 'sent' });
  });

  it('as answering when the connection closes within a response', async () => {
    onRequest = (socket) => socket.end(whole.slice(0, -1));
    expect(await send()).toMatchObject({ progress: 'answering' });
    onRequest = (socket) => socket.end('H');
    expect(await send()).toMatchObject({ progress: 'answering' });
  });

  it('as waiting when the connection is refused', async () => {
    connections.close();
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const origin = new URL(`http://127.0.0.1:${port}/`);
    connections = new Connections({ origin, maxConnections: 1, maxAnswerBytes: 10, timeoutMs: 200 });
    expect(await send()).toMatchObject({ error: { code: 'ECONNREFUSED' }, progress: 'waiting' });
  });

  it('when the response is malformed, and its connection is closed', async () => {
    onRequest = (socket) => socket.write('hello\r\n\r\n');
    expect((await send()).error).toBeInstanceOf(MalformedResponse);
    onRequest = (socket) => socket.write(whole);
    expect(await send()).toEqual({ text: 'ok' });
    expect(sockets).toHaveLength(2);
  });

  it('at its deadline, sent or waiting; the others continue', async () => {
    onRequest = (socket, text) => {
      if (text === 'b') socket.write(whole);
    };
    connections.close();
    connections = connectionsTo(1);
    const [first, waiting, last] = await Promise.all([send('a', 40), send('a', 20), send('b')]);
    expect(first?.error).toBeInstanceOf(DeadlineExceeded);
    expect(waiting?.error).toBeInstanceOf(DeadlineExceeded);
    expect(last).toEqual({ text: 'ok' });
  });

  it('when the pool is closed', async () => {
    onRequest = () => connections.close();
    const outcomes = await Promise.all([send(), send(), send()]);
    expect(outcomes.map(({ text }) => text)).toEqual([undefined, undefined, undefined]);
    expect((await send()).error).toBeDefined();
  });
});

it('sends a request longer than one write, and reads a response in many chunks', async () => {
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
  expect((await send(body)).text === body).toBe(true);
});

it('ends abandoned requests, sent or waiting', async () => {
  onRequest = () => {};
  let isGone = false;
  const sent = [send('a', longMs, () => isGone), send('b', longMs, () => isGone)];
  const queued = send('c', longMs, () => isGone);
  await expect.poll(() => sockets.length).toBe(2);
  const closed = sockets.map((socket) => once(socket, 'close'));
  isGone = true;
  for (const outcome of await Promise.all(sent)) {
    expect(outcome.error).toBeInstanceOf(ExchangeAbandoned);
    expect(outcome.progress).toBe('sent');
  }
  const { error, progress } = await queued;
  expect([error instanceof ExchangeAbandoned, progress]).toEqual([true, 'waiting']);
  await Promise.all(closed);
});
