// Answers that nobody reads: limited for each client and for all clients, cut when nothing is read, and counted as running until then.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { type GraphQLServer, serveGraphQL } from '../http/graphql-server.ts';
import { HttpError } from '../http-error.ts';
import { client } from '../testing/http.ts';
import { UnreadAnswers } from './unread-answers.ts';

afterEach(() => {
  vi.useRealTimers();
});

const limits = { maxOfClient: 100, max: 250, stalledMs: 1000 };

function refused(reserve: () => unknown): HttpError | null {
  try {
    reserve();
    return null;
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
}

it('a client that exceeds its limit has a stalled answer cut, but none that it reads', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const unread = new UnreadAnswers(limits);
  const [abortFirst, abortSecond] = [vi.fn(), vi.fn()];
  unread.reserve('a', 60, abortFirst);
  const moving = unread.reserve('a', 40, abortSecond);
  expect(refused(() => unread.reserve('a', 10, () => {}))).toMatchObject({
    status: 429,
    code: 'TOO_MANY_AT_ONCE',
    details: { extensions: { limit: 100 } },
  });
  unread.reserve('b', 10, () => {});
  vi.advanceTimersByTime(2000);
  moving.progressed();
  unread.reserve('a', 10, () => {});
  expect([abortFirst.mock.calls.length, abortSecond.mock.calls.length]).toEqual([1, 0]);
  moving.release();
  moving.release();
  expect(unread.bytes).toBe(20);
});

it('a single answer that is longer than the limit is allowed', () => {
  const unread = new UnreadAnswers(limits);
  const reservation = unread.reserve('a', 200, () => {});
  expect(refused(() => unread.reserve('a', 1, () => {}))?.status).toBe(429);
  reservation.release();
  expect(refused(() => unread.reserve('a', 1, () => {}))).toBeNull();
});

it('when all clients together exceed the limit, the client with the most is cut', () => {
  const unread = new UnreadAnswers({ ...limits, max: 150 });
  const cut = vi.fn();
  unread.reserve('much', 90, cut);
  unread.reserve('some', 40, () => {});
  expect(refused(() => unread.reserve('some', 60, () => {}))?.status).toBe(429);
  expect(cut).not.toHaveBeenCalled();
  unread.reserve('little', 30, () => {});
  expect(cut).toHaveBeenCalledOnce();
  expect(unread.bytes).toBe(70);
});

/** A server of long answers, and the number of operations that have a slot. */
async function longAnswers(bytes: number, stalledMs: number) {
  let running = 0;
  const unread = new UnreadAnswers({ maxOfClient: 1e9, max: 1e9, stalledMs });
  const body = JSON.stringify({ data: 'x'.repeat(bytes) });
  const server: GraphQLServer = await serveGraphQL(
    {
      answer: async ({ query }) => ({ executed: true, body: query === 'short' ? '{"data":1}' : body }),
      admit: () => {
        running += 1;
        return () => {
          running -= 1;
        };
      },
      checkReady: async () => ({}),
      maxBodyBytes: 1000,
      unread,
    },
    0,
    '127.0.0.1',
  );
  return { server, unread, body, running: () => running };
}

const requestOf = (query: string) => {
  const body = JSON.stringify({ query });
  return `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
};

const connected = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
};

it('a request keeps its slot until the answer is written, and a client that reads nothing is cut', async () => {
  const { server, unread, running } = await longAnswers(20_000_000, 700);
  const socket = await connected(server.port);
  socket.pause();
  socket.write(requestOf('long'));
  await expect.poll(() => unread.bytes).toBeGreaterThan(20_000_000);
  expect(running()).toBe(1);
  await expect.poll(running).toBe(0);
  expect(unread.bytes).toBe(0);
  socket.resume();
  await once(socket, 'close');
  expect(socket.bytesRead).toBeLessThan(20_000_000);
  await server.close();
});

it('a slow client gets the whole answer, and keeps its connection', async () => {
  const { server, unread, body, running } = await longAnswers(20_000_000, 60_000);
  const socket = await connected(server.port);
  socket.write(requestOf('long') + requestOf('short'));
  let text = '';
  socket.setEncoding('latin1');
  for await (const chunk of socket) {
    text += chunk;
    if (text.endsWith('{"data":1}')) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(text.includes(body)).toBe(true);
  await expect.poll(running).toBe(0);
  expect(unread.bytes).toBe(0);
  await server.close();
});

it('a slow request body takes no slot, and has a deadline like headers', async () => {
  let isAdmitted = false;
  const server = await serveGraphQL(
    {
      answer: async () => ({ executed: true, body: '{"data":1}' }),
      admit: () => {
        isAdmitted = true;
        return () => {};
      },
      checkReady: async () => ({}),
      maxBodyBytes: 1000,
      deadlines: { headersTimeout: 300, requestTimeout: 300 },
    },
    0,
    '127.0.0.1',
  );
  const whole = requestOf('slow');
  for (const part of [whole.slice(0, -3), whole.slice(0, 40)]) {
    const socket = await connected(server.port);
    socket.setEncoding('utf8');
    socket.write(part);
    const [chunk] = await once(socket, 'data');
    expect(chunk).toMatch(/^HTTP\/1.1 408 /);
    await once(socket, 'close');
  }
  expect(isAdmitted).toBe(false);
  expect((await client(() => server.port).post({ query: 'quick' })).status).toBe(200);
  expect(isAdmitted).toBe(true);
  await server.close();
});
