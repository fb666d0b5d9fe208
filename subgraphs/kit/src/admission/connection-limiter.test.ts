import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { beforeEach, expect, it } from 'vitest';
import { ConnectionLimiter } from './connection-limiter.ts';

class FakeSocket extends EventEmitter {
  destroyed = false;
  remoteAddress: string;
  remotePort: number;

  constructor(remoteAddress: string, remotePort: number) {
    super();
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }
}

let now = 0;
let port = 0;
let limiter: ConnectionLimiter;
beforeEach(() => {
  now = 1000;
  limiter = new ConnectionLimiter(true, () => now);
});

function connect(address: string): Socket {
  port += 1;
  const socket = new FakeSocket(address, port) as unknown as Socket;
  limiter.onConnection(socket);
  return socket;
}
const cut = (address: string) => limiter.cut(connect(address));

it('ends only the connection on which a flood arrived', () => {
  const [other, flood] = [connect('10.0.0.1'), connect('10.0.0.1')];
  limiter.cut(flood);
  cut('10.0.0.1');
  expect([flood.destroyed, other.destroyed]).toEqual([true, false]);
  expect(connect('10.0.0.1').destroyed).toBe(false);
});

/** The number of new connections of the address that are accepted. */
const letIn = (address: string, many = 20) =>
  Array.from({ length: many }, () => connect(address)).filter(({ destroyed }) => !destroyed).length;

it('ends all connections of an address at its third flood, and accepts only a few for ten seconds', () => {
  const [own, others] = [connect('10.0.0.1'), connect('10.0.0.2')];
  for (let count = 0; count < 3; count += 1) cut('10.0.0.1');
  expect([own.destroyed, others.destroyed]).toEqual([true, false]);
  expect([letIn('10.0.0.1'), letIn('10.0.0.2')]).toEqual([5, 20]);
  now += 500;
  expect(letIn('10.0.0.1')).toBe(0);
  now += 8500;
  expect(letIn('10.0.0.1')).toBe(5);
  now += 1001;
  expect(letIn('10.0.0.1')).toBe(20);
});

it('protects an identified client from others at its address, but not from its own floods', () => {
  const known = [connect('10.0.0.1'), connect('10.0.0.1'), connect('10.0.0.1')];
  for (const socket of known) limiter.identify(socket, 'v:worker');
  for (let count = 0; count < 3; count += 1) cut('10.0.0.1');
  expect(known.map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
  now += 20_000;
  const [first, second, third] = known as [Socket, Socket, Socket];
  const anonymous = connect('10.0.0.1');
  limiter.cut(first);
  limiter.cut(second);
  expect(third.destroyed).toBe(false);
  const another = connect('10.0.0.2');
  limiter.identify(another, 'v:worker');
  limiter.cut(another);
  expect([third.destroyed, anonymous.destroyed]).toEqual([true, false]);
});

it('leaves a connection that was upgraded to another protocol alone', () => {
  const socket = connect('10.0.0.1');
  limiter.forget(socket);
  for (let count = 0; count < 3; count += 1) cut('10.0.0.1');
  expect(socket.destroyed).toBe(false);
});

it('forgets floods after ten seconds', () => {
  for (let count = 0; count < 2; count += 1) cut('10.0.0.1');
  now += 10_001;
  cut('10.0.0.1');
  expect(letIn('10.0.0.1')).toBe(20);
});

it('counts the addresses of one IPv6 network as one client', () => {
  for (const last of ['1', '2', '3']) cut(`2001:db8::${last}`);
  expect([letIn('2001:db8::4'), letIn('2001:db8:0:1::4')]).toEqual([5, 20]);
});

it('ends no other connections behind a proxy, whose address all clients share', () => {
  limiter = new ConnectionLimiter(false, () => now);
  const other = connect('10.0.0.1');
  for (let count = 0; count < 5; count += 1) cut('10.0.0.1');
  expect([other.destroyed, connect('10.0.0.1').destroyed]).toEqual([false, false]);
});

it('ends the oldest connection of a client that has too many, and none of other clients', () => {
  limiter = new ConnectionLimiter(true, () => now, { client: 3 });
  const other = connect('10.0.0.2');
  const sockets = [1, 2, 3, 4, 5].map(() => connect('10.0.0.1'));
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, true, false, false, false]);
  expect(other.destroyed).toBe(false);
});

it('recognizes a connection by the TLS socket over it', () => {
  const sockets = [1, 2, 3, 4].map(() => connect('10.0.0.1'));
  const overTls = sockets.map(
    ({ remotePort }) => new FakeSocket('10.0.0.1', remotePort ?? 0) as unknown as Socket,
  );
  limiter.identify(overTls[3] as Socket, 'v:worker');
  for (const socket of overTls.slice(0, 3)) limiter.cut(socket);
  expect(overTls.map(({ destroyed }) => destroyed)).toEqual([true, true, true, false]);
  expect(letIn('10.0.0.1')).toBe(5);
});
