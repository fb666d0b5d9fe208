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
let floods: ConnectionLimiter;
beforeEach(() => {
  now = 1000;
  floods = new ConnectionLimiter(true, () => now);
});

function connect(address: string): Socket {
  port += 1;
  const socket = new FakeSocket(address, port) as unknown as Socket;
  floods.onConnection(socket);
  return socket;
}
const cut = (address: string) => floods.cut(connect(address));

it('ends one connection for what came on it, and no other', () => {
  const [other, flood] = [connect('10.0.0.1'), connect('10.0.0.1')];
  floods.cut(flood);
  cut('10.0.0.1');
  expect([flood.destroyed, other.destroyed]).toEqual([true, false]);
  expect(connect('10.0.0.1').destroyed).toBe(false);
});

/** How many of so many new connections of the address are let in. */
const letIn = (address: string, many = 20) =>
  Array.from({ length: many }, () => connect(address)).filter(({ destroyed }) => !destroyed).length;

it('ends all connections of an address at the third, and for ten seconds lets few in again', () => {
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

it('ends none of a client who is known, whatever others at the address do, and all for what it does itself', () => {
  const known = [connect('10.0.0.1'), connect('10.0.0.1'), connect('10.0.0.1')];
  for (const socket of known) floods.identify(socket, 'v:worker');
  for (let count = 0; count < 3; count += 1) cut('10.0.0.1');
  expect(known.map(({ destroyed }) => destroyed)).toEqual([false, false, false]);
  now += 20_000;
  const [first, second, third] = known as [Socket, Socket, Socket];
  const anonymous = connect('10.0.0.1');
  floods.cut(first);
  floods.cut(second);
  expect(third.destroyed).toBe(false);
  const another = connect('10.0.0.2');
  floods.identify(another, 'v:worker');
  floods.cut(another);
  expect([third.destroyed, anonymous.destroyed]).toEqual([true, false]);
});

it('leaves a connection that speaks another protocol to who reads it', () => {
  const socket = connect('10.0.0.1');
  floods.forget(socket);
  for (let count = 0; count < 3; count += 1) cut('10.0.0.1');
  expect(socket.destroyed).toBe(false);
});

it('forgets what was long ago', () => {
  for (let count = 0; count < 2; count += 1) cut('10.0.0.1');
  now += 10_001;
  cut('10.0.0.1');
  expect(letIn('10.0.0.1')).toBe(20);
});

it('takes the addresses of one IPv6 network for one client', () => {
  for (const last of ['1', '2', '3']) cut(`2001:db8::${last}`);
  expect([letIn('2001:db8::4'), letIn('2001:db8:0:1::4')]).toEqual([5, 20]);
});

it('ends no others behind a proxy, whose address is everybody’s', () => {
  floods = new ConnectionLimiter(false, () => now);
  const other = connect('10.0.0.1');
  for (let count = 0; count < 5; count += 1) cut('10.0.0.1');
  expect([other.destroyed, connect('10.0.0.1').destroyed]).toEqual([false, false]);
});

it('ends the oldest connection of a client that has too many, and none of others', () => {
  floods = new ConnectionLimiter(true, () => now, { client: 3 });
  const other = connect('10.0.0.2');
  const sockets = [1, 2, 3, 4, 5].map(() => connect('10.0.0.1'));
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, true, false, false, false]);
  expect(other.destroyed).toBe(false);
});

it('knows a connection again by what speaks TLS over it', () => {
  const sockets = [1, 2, 3, 4].map(() => connect('10.0.0.1'));
  const overTls = sockets.map(
    ({ remotePort }) => new FakeSocket('10.0.0.1', remotePort ?? 0) as unknown as Socket,
  );
  floods.identify(overTls[3] as Socket, 'v:worker');
  for (const socket of overTls.slice(0, 3)) floods.cut(socket);
  expect(overTls.map(({ destroyed }) => destroyed)).toEqual([true, true, true, false]);
  expect(letIn('10.0.0.1')).toBe(5);
});
