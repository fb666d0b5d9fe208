import { EventEmitter } from 'node:events';
import { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import { beforeEach, expect, it } from 'vitest';
import { UnfinishedMessage } from './unfinished-message.ts';

let now = 0;
let unfinished: UnfinishedBodies;
beforeEach(() => {
  now = 1000;
  unfinished = new UnfinishedBodies({ maxOfClient: 200_000, max: 1_000_000 });
});

function open(client = '10.0.0.1') {
  const [connection, socket] = [new EventEmitter(), new EventEmitter()];
  let closed = 0;
  const onTooMuch = () => {
    closed += 1;
  };
  const message = new UnfinishedMessage(
    connection as never,
    socket as never,
    { unfinished, client, maxBytes: 100_000, onTooMuch },
    () => now,
  );
  const receive = (bytes: number) => connection.emit('data', Buffer.alloc(bytes));
  return { connection, socket, message, receive, closed: () => closed };
}

it('counts a message with its maximum length until it is complete or its socket is closed', () => {
  const { receive, socket, connection } = open();
  receive(10_000);
  expect(unfinished.bytes).toBe(0);
  receive(10_000);
  expect(unfinished.bytes).toBe(100_000);
  socket.emit('message');
  expect(unfinished.bytes).toBe(0);
  receive(20_000);
  connection.emit('close');
  expect(unfinished.bytes).toBe(0);
});

it('reports a client that has too many of them', () => {
  const sockets = [open(), open(), open(), open('10.0.0.2')];
  for (const { receive } of sockets) receive(20_000);
  expect(sockets.map(({ closed }) => closed() > 0)).toEqual([false, false, true, false]);
});

it('is late half a minute after its start, regardless of pongs in between', () => {
  const { receive, socket, message } = open();
  receive(50);
  receive(6);
  socket.emit('pong', Buffer.alloc(0));
  now += 30_001;
  expect(message.isLate).toBe(true);
  socket.emit('message');
  expect(message.isLate).toBe(false);
});

it('does not exist while only pongs arrive', () => {
  const { receive, socket, message } = open();
  for (let count = 0; count < 10; count += 1) {
    receive(6);
    socket.emit('pong', Buffer.alloc(0));
    now += 15_000;
  }
  expect(message.isLate).toBe(false);
});
