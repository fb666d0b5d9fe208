// Connections on which comes what costs far more to read than to send: each is ended, and whoever goes on with it loses all they
// have before they are read. 64 KB that are nothing but small requests, or chunks of a byte, take some 20 ms, and nobody can be
// spared them once they are being read.
import type { Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import { networkOf } from './client-address.ts';

const maxCut = 3;
const forMs = 10_000;
/** Connections that an address may still make in a second while it floods: it may be that of others, too. */
const maxMade = 5;
const maxClients = 10_000;

export class ConnectionFloods {
  #isByAddress: boolean;
  /** The client that a connection is, and a client's connections: those of an address, until one is known by more. */
  #clients = new WeakMap<Socket, string>();
  #sockets = new Map<string, Set<Socket>>();
  /** How many of a client's connections were cut since the first of them. */
  #cuts: LRUCache<string, number>;
  /** How many an address that floods has made since the first of a second. */
  #made: LRUCache<string, number>;

  /** `isByAddress`: whether an address is one client's. Behind a proxy it is everybody's. */
  constructor(isByAddress: boolean, now = () => performance.now()) {
    this.#isByAddress = isByAddress;
    const options = { max: maxClients, ttlResolution: 0, perf: { now }, noUpdateTTL: true };
    this.#cuts = new LRUCache({ ...options, ttl: forMs });
    this.#made = new LRUCache({ ...options, ttl: 1000 });
  }

  /** Takes note of a connection that was made; ends it where its address is not listened to. */
  connected(socket: Socket): void {
    const { remoteAddress } = socket;
    if (!this.#isByAddress || remoteAddress === undefined) return;
    const network = networkOf(remoteAddress);
    if (this.#isFlooding(network) && counted(this.#made, network) > maxMade) {
      socket.destroy();
      return;
    }
    this.#add(socket, network);
    socket.once('close', () => this.forget(socket));
  }

  /** Takes a connection for that of this client from now on: what others at its address do is not held against it. */
  known(socket: Socket, client: string): void {
    const before = this.#clients.get(socket);
    if (before === undefined || before === client) return;
    this.forget(socket);
    this.#add(socket, client);
  }

  /** Leaves a connection to who reads it from now on. */
  forget(socket: Socket): void {
    const client = this.#clients.get(socket);
    if (client === undefined) return;
    this.#clients.delete(socket);
    const sockets = this.#sockets.get(client);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.#sockets.delete(client);
  }

  /** Ends a connection for what came on it. */
  cut(socket: Socket): void {
    const client = this.#clients.get(socket);
    socket.destroy();
    if (client === undefined) return;
    counted(this.#cuts, client);
    if (this.#isFlooding(client)) for (const each of [...(this.#sockets.get(client) ?? [])]) each.destroy();
  }

  #add(socket: Socket, client: string): void {
    const sockets = this.#sockets.get(client) ?? new Set();
    if (sockets.size === 0) this.#sockets.set(client, sockets);
    sockets.add(socket);
    this.#clients.set(socket, client);
  }

  #isFlooding(client: string): boolean {
    return (this.#cuts.get(client) ?? 0) >= maxCut;
  }
}

function counted(counts: LRUCache<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}
