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
  const come = (bytes: number) => connection.emit('data', Buffer.alloc(bytes));
  return { connection, socket, message, come, closed: () => closed };
}

it('counts a message as long as it may become, until it has come or its socket is gone', () => {
  const { come, socket, connection } = open();
  come(10_000);
  expect(unfinished.bytes).toBe(0);
  come(10_000);
  expect(unfinished.bytes).toBe(100_000);
  socket.emit('message');
  expect(unfinished.bytes).toBe(0);
  come(20_000);
  connection.emit('close');
  expect(unfinished.bytes).toBe(0);
});

it('closes the socket of a client that has too many of them', () => {
  const sockets = [open(), open(), open(), open('10.0.0.2')];
  for (const { come } of sockets) come(20_000);
  expect(sockets.map(({ closed }) => closed() > 0)).toEqual([false, false, true, false]);
});

it('is late half a minute after it began, whatever pongs come in between', () => {
  const { come, socket, message } = open();
  come(50);
  come(6);
  socket.emit('pong', Buffer.alloc(0));
  now += 30_001;
  expect(message.isLate).toBe(true);
  socket.emit('message');
  expect(message.isLate).toBe(false);
});

it('is none where nothing but pongs comes', () => {
  const { come, socket, message } = open();
  for (let count = 0; count < 10; count += 1) {
    come(6);
    socket.emit('pong', Buffer.alloc(0));
    now += 15_000;
  }
  expect(message.isLate).toBe(false);
});
