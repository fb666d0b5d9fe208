// Connections on which comes what costs far more to read than to send: each is ended, and whoever goes on with it loses all they
// have before they are read. 64 KB that are nothing but small requests, or chunks of a byte, take some 20 ms, and nobody can be
// spared them once they are being read.
import type { Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import { networkOf } from './client-address.ts';

const maxCut = 3;
const forMs = 10_000;
const maxNetworks = 10_000;

export class ConnectionFloods {
  #isByAddress: boolean;
  #sockets = new Map<string, Set<Socket>>();
  /** How many of a network's connections were cut since the first of them. */
  #cuts: LRUCache<string, number>;

  /** `isByAddress`: whether an address is one client's. Behind a proxy it is everybody's. */
  constructor(isByAddress: boolean, now = () => performance.now()) {
    this.#isByAddress = isByAddress;
    this.#cuts = new LRUCache({ max: maxNetworks, ttl: forMs, ttlResolution: 0, perf: { now } });
  }

  /** Takes note of a connection that was made; ends it where its network is not listened to. */
  connected(socket: Socket): void {
    const { remoteAddress } = socket;
    if (!this.#isByAddress || remoteAddress === undefined) return;
    const network = networkOf(remoteAddress);
    if (this.#isFlooding(network)) {
      socket.destroy();
      return;
    }
    const sockets = this.#sockets.get(network) ?? new Set();
    if (sockets.size === 0) this.#sockets.set(network, sockets);
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) this.#sockets.delete(network);
    });
  }

  /** Ends a connection for what came on it. */
  cut(socket: Socket): void {
    const { remoteAddress } = socket;
    socket.destroy();
    if (!this.#isByAddress || remoteAddress === undefined) return;
    const network = networkOf(remoteAddress);
    this.#cuts.set(network, (this.#cuts.get(network) ?? 0) + 1, { noUpdateTTL: true });
    if (this.#isFlooding(network)) for (const each of this.#sockets.get(network) ?? []) each.destroy();
  }

  #isFlooding(network: string): boolean {
    return (this.#cuts.get(network) ?? 0) >= maxCut;
  }
}
