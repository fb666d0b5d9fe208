import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { Inbox, MessageQueue } from './message-queue.ts';

const fakeSocket = () => ({
  OPEN: 1 as const,
  readyState: 1 as 1 | 2,
  isPaused: false,
  pause() {
    this.isPaused = true;
  },
  resume() {
    this.isPaused = false;
  },
});

/** An inbox that records its messages when they are handled. */
function inboxOf(
  queue: MessageQueue,
  client: string,
  handled: string[],
  socket = fakeSocket(),
  onTooMany = () => {},
): Inbox {
  return new Inbox({
    queue,
    client,
    socket,
    handle: (message) => handled.push(String(message)),
    onTooMany,
  });
}

const send = (inbox: Inbox, ...messages: string[]) => {
  for (const message of messages) inbox.add(Buffer.from(message));
};

it('handles one message of each client in turn, however many sockets a client has', async () => {
  const queue = new MessageQueue(0);
  const handled: string[] = [];
  const flood = ['a', 'b', 'c'].map((name) => ({ name, inbox: inboxOf(queue, 'flood', handled) }));
  for (const { name, inbox } of flood) send(inbox, `${name}1`, `${name}2`, `${name}3`);
  send(inboxOf(queue, 'other', handled), 'x1', 'x2', 'x3');
  await vi.waitFor(() => expect(handled).toHaveLength(12));
  expect(handled.join(' ')).toBe('a1 x1 b1 x2 c1 x3 a2 b2 c2 a3 b3 c3');
});

it('lets other work run between messages', async () => {
  const queue = new MessageQueue(0);
  const handled: string[] = [];
  send(inboxOf(queue, 'flood', handled), 'm', 'm', 'm', 'm');
  while (handled.filter((what) => what === 'm').length < 4) {
    await turn();
    handled.push('request');
  }
  expect(handled.join(' ')).not.toContain('m m');
});

it('finishes what a message triggers at once before it handles the next', async () => {
  const queue = new MessageQueue(1000);
  const steps: string[] = [];
  const inbox = new Inbox({
    queue,
    client: 'client',
    socket: fakeSocket(),
    handle: async (message) => {
      steps.push(`${message} starts`);
      for (let step = 0; step < 20; step += 1) await null;
      steps.push(`${message} ends`);
    },
    onTooMany: () => {},
  });
  send(inbox, 'first', 'second');
  await vi.waitFor(() => expect(steps).toHaveLength(4));
  expect(steps).toEqual(['first starts', 'first ends', 'second starts', 'second ends']);
});

it.each([
  ['many', 30, 'm'],
  ['long', 2, 'm'.repeat(40_000)],
])('pauses a socket of which %s messages wait until they are handled', async (_what, count, message) => {
  const socket = fakeSocket();
  const handled: string[] = [];
  const inbox = inboxOf(new MessageQueue(0), 'client', handled, socket);
  for (let n = 0; n < count; n += 1) send(inbox, message);
  expect(socket.isPaused).toBe(true);
  await vi.waitFor(() => expect(handled).toHaveLength(count));
  expect(socket.isPaused).toBe(false);
});

it('delays further messages while many operations are unanswered', async () => {
  const handled: string[] = [];
  const inbox = inboxOf(new MessageQueue(0), 'client', handled);
  for (let n = 0; n < 17; n += 1) inbox.startOperation(n);
  send(inbox, 'behind');
  for (let n = 0; n < 10; n += 1) await turn();
  expect(handled).toEqual([]);
  inbox.endOperation(0);
  await vi.waitFor(() => expect(handled).toEqual(['behind']));
});

it('drops what waits once its socket is closing, and soon pauses that socket', async () => {
  const socket = fakeSocket();
  const handled: string[] = [];
  const queue = new MessageQueue(0);
  const inbox = inboxOf(queue, 'client', handled, socket);
  send(inbox, 'a', 'b');
  socket.readyState = 2;
  for (let n = 0; n < 100; n += 1) send(inbox, 'late');
  expect(socket.isPaused).toBe(false);
  send(inbox, 'late');
  expect(socket.isPaused).toBe(true);
  send(inboxOf(queue, 'client', handled), 'of another socket');
  await vi.waitFor(() => expect(handled).toEqual(['of another socket']));
});

it('reports a socket with too many waiting messages', () => {
  const onTooMany = vi.fn();
  const inbox = inboxOf(new MessageQueue(0), 'client', [], fakeSocket(), onTooMany);
  for (let n = 0; n < 17; n += 1) inbox.startOperation(n);
  for (let n = 0; n < 1000; n += 1) send(inbox, 'm');
  expect(onTooMany).not.toHaveBeenCalled();
  send(inbox, 'm');
  expect(onTooMany).toHaveBeenCalled();
});
