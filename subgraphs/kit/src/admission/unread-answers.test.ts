// Answers that nobody reads: bounded for each client and in all, their places taken until then, and cut off in the end.
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

function refused(hold: () => unknown): HttpError | null {
  try {
    hold();
    return null;
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
}

it('one client has so much unread: what stands still is cut off for more, what moves is not', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const unread = new UnreadAnswers(limits);
  const [cutFirst, cutSecond] = [vi.fn(), vi.fn()];
  unread.reserve('a', 60, cutFirst);
  const moving = unread.reserve('a', 40, cutSecond);
  expect(refused(() => unread.reserve('a', 10, () => {}))).toMatchObject({
    status: 429,
    code: 'TOO_MANY_AT_ONCE',
    details: { extensions: { limit: 100 } },
  });
  unread.reserve('b', 10, () => {});
  vi.advanceTimersByTime(2000);
  moving.progressed();
  unread.reserve('a', 10, () => {});
  expect([cutFirst.mock.calls.length, cutSecond.mock.calls.length]).toEqual([1, 0]);
  moving.release();
  moving.release();
  expect(unread.bytes).toBe(20);
});

it('an answer that is longer than all that a client may have unread is let through alone', () => {
  const unread = new UnreadAnswers(limits);
  const held = unread.reserve('a', 200, () => {});
  expect(refused(() => unread.reserve('a', 1, () => {}))?.status).toBe(429);
  held.release();
  expect(refused(() => unread.reserve('a', 1, () => {}))).toBeNull();
});

it('where all together have too much unread, whoever has the most of it pays for it', () => {
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

/** A server of long answers, and how many of its operations have their places. */
async function longAnswers(bytes: number, stalledMs: number) {
  let inWork = 0;
  const unread = new UnreadAnswers({ maxOfClient: 1e9, max: 1e9, stalledMs });
  const body = JSON.stringify({ data: 'x'.repeat(bytes) });
  const server: GraphQLServer = await serveGraphQL(
    {
      answer: async ({ query }) => ({ executed: true, body: query === 'short' ? '{"data":1}' : body }),
      admit: () => {
        inWork += 1;
        return () => {
          inWork -= 1;
        };
      },
      checkReady: async () => ({}),
      maxBodyBytes: 1000,
      unread,
    },
    0,
    '127.0.0.1',
  );
  return { server, unread, body, inWork: () => inWork };
}

const requestOf = (query: string) => {
  const body = JSON.stringify({ query });
  return `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
};

const opened = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
};

it('a place is taken until the answer is written, and a reader that takes nothing is cut off', async () => {
  const { server, unread, inWork } = await longAnswers(20_000_000, 700);
  const socket = await opened(server.port);
  socket.pause();
  socket.write(requestOf('long'));
  await expect.poll(() => unread.bytes).toBeGreaterThan(20_000_000);
  expect(inWork()).toBe(1);
  await expect.poll(inWork).toBe(0);
  expect(unread.bytes).toBe(0);
  socket.resume();
  await once(socket, 'close');
  expect(socket.bytesRead).toBeLessThan(20_000_000);
  await server.close();
});

it('a reader that is slow but reads gets all of it, and the connection goes on', async () => {
  const { server, unread, body, inWork } = await longAnswers(20_000_000, 60_000);
  const socket = await opened(server.port);
  socket.write(requestOf('long') + requestOf('short'));
  let text = '';
  socket.setEncoding('latin1');
  for await (const chunk of socket) {
    text += chunk;
    if (text.endsWith('{"data":1}')) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(text.includes(body)).toBe(true);
  await expect.poll(inWork).toBe(0);
  expect(unread.bytes).toBe(0);
  await server.close();
});

it('a body that is slow to come takes no place, and has its deadline, as headers have', async () => {
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
  for (const begun of [whole.slice(0, -3), whole.slice(0, 40)]) {
    const socket = await opened(server.port);
    socket.setEncoding('utf8');
    socket.write(begun);
    const [chunk] = await once(socket, 'data');
    expect(chunk).toMatch(/^HTTP\/1.1 408 /);
    await once(socket, 'close');
  }
  expect(isAdmitted).toBe(false);
  expect((await client(() => server.port).post({ query: 'quick' })).status).toBe(200);
  expect(isAdmitted).toBe(true);
  await server.close();
});
