import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { beforeEach, expect, it } from 'vitest';
import { ConnectionFloods } from './connection-floods.ts';

class FakeSocket extends EventEmitter {
  destroyed = false;
  remoteAddress: string;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }
}

let now = 0;
let floods: ConnectionFloods;
beforeEach(() => {
  now = 1000;
  floods = new ConnectionFloods(true, () => now);
});

function connect(address: string): Socket {
  const socket = new FakeSocket(address) as unknown as Socket;
  floods.connected(socket);
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

it('ends all connections of an address at the third, and lets it in again after ten seconds', () => {
  const [own, others] = [connect('10.0.0.1'), connect('10.0.0.2')];
  for (let count = 0; count < 3; count += 1) cut('10.0.0.1');
  expect([own.destroyed, others.destroyed]).toEqual([true, false]);
  expect([connect('10.0.0.1').destroyed, connect('10.0.0.2').destroyed]).toEqual([true, false]);
  now += 9000;
  expect(connect('10.0.0.1').destroyed).toBe(true);
  now += 1001;
  expect(connect('10.0.0.1').destroyed).toBe(false);
});

it('forgets what was long ago', () => {
  for (let count = 0; count < 2; count += 1) cut('10.0.0.1');
  now += 10_001;
  cut('10.0.0.1');
  expect(connect('10.0.0.1').destroyed).toBe(false);
});

it('takes the addresses of one IPv6 network for one client', () => {
  for (const last of ['1', '2', '3']) cut(`2001:db8::${last}`);
  expect([connect('2001:db8::4').destroyed, connect('2001:db8:0:1::4').destroyed]).toEqual([true, false]);
});

it('ends no others behind a proxy, whose address is everybody’s', () => {
  floods = new ConnectionFloods(false, () => now);
  const other = connect('10.0.0.1');
  for (let count = 0; count < 5; count += 1) cut('10.0.0.1');
  expect([other.destroyed, connect('10.0.0.1').destroyed]).toEqual([false, false]);
});
