// The connections of each client: bounded in number; each is ended on which comes what costs far more to read than to send, and
// whoever goes on with it loses all they have before they are read. 64 KB that are nothing but small requests, or chunks of a byte,
// take some 20 ms, and nobody can be spared them once they are being read.
import type { Server, Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { Log } from '../log.ts';
import { networkOf } from './client-address.ts';

const defaultLimits = {
  /** Connections of all; a process may have some 20,000 files open, most often, of which the calls of subgraphs are some. */
  all: 10_000,
  /** Connections of one client: a browser has six, a busy service some dozens. */
  client: 1000,
};
const maxCut = 3;
const forMs = 10_000;
/** Connections that an address may still make in a second while it floods: it may be that of others, too. */
const maxMade = 5;
const maxClients = 10_000;
const logEveryMs = 60_000;

/** The same of a connection and of what speaks TLS over it. */
const idOf = ({ remoteAddress, remotePort }: Socket): string | null =>
  remoteAddress === undefined ? null : `${remoteAddress} ${remotePort}`;

export class ConnectionLimiter {
  #isByAddress: boolean;
  #limits: typeof defaultLimits;
  /** The client that a connection is of, and a client's connections: those of an address, until one is known by more. */
  #clients = new Map<string, string>();
  #sockets = new Map<string, Map<string, Socket>>();
  /** How many of a client's connections were cut since the first of them. */
  #cuts: LRUCache<string, number>;
  /** How many an address that floods has made since the first of a second. */
  #made: LRUCache<string, number>;

  /** `isByAddress`: whether an address is one client's. Behind a proxy it is everybody's. */
  constructor(
    isByAddress: boolean,
    now = () => performance.now(),
    limits: Partial<typeof defaultLimits> = {},
  ) {
    this.#isByAddress = isByAddress;
    this.#limits = { ...defaultLimits, ...limits };
    const options = { max: maxClients, ttlResolution: 0, perf: { now }, noUpdateTTL: true };
    this.#cuts = new LRUCache({ ...options, ttl: forMs });
    this.#made = new LRUCache({ ...options, ttl: 1000 });
  }

  /** Watches over the server's connections. What is beyond the bound of all is dropped, and logged once a minute. */
  watch(server: Server, log: Log): void {
    server.maxConnections = this.#limits.all;
    server.on('connection', (socket: Socket) => this.onConnection(socket));
    let dropped = 0;
    let loggedAt = Number.NEGATIVE_INFINITY;
    server.on('drop', () => {
      dropped += 1;
      if (performance.now() - loggedAt < logEveryMs) return;
      loggedAt = performance.now();
      log({ event: 'connections dropped', dropped, limit: this.#limits.all });
      dropped = 0;
    });
  }

  /** Takes note of a connection that was made; ends it where its address is not listened to. */
  onConnection(socket: Socket): void {
    const id = idOf(socket);
    if (!this.#isByAddress || id === null) return;
    const network = networkOf(socket.remoteAddress ?? '');
    if (this.#isFlooding(network) && counted(this.#made, network) > maxMade) {
      socket.destroy();
      return;
    }
    this.#add(id, socket, network);
    socket.once('close', () => this.#remove(id));
  }

  /** Takes a connection for that of this client from now on: what others at its address do is not held against it. */
  identify(socket: Socket, client: string): void {
    const id = idOf(socket) ?? '';
    const before = this.#clients.get(id);
    if (before === undefined || before === client) return;
    this.#remove(id);
    this.#add(id, socket, client);
  }

  /** Leaves a connection to who reads it from now on. */
  forget(socket: Socket): void {
    this.#remove(idOf(socket) ?? '');
  }

  /** Ends a connection for what came on it. */
  cut(socket: Socket): void {
    const client = this.#clients.get(idOf(socket) ?? '');
    socket.destroy();
    if (client === undefined) return;
    counted(this.#cuts, client);
    if (!this.#isFlooding(client)) return;
    for (const each of [...(this.#sockets.get(client)?.values() ?? [])]) each.destroy();
  }

  /** Where a client has too many, the oldest is ended: it is idle, or has been answered often. */
  #add(id: string, socket: Socket, client: string): void {
    const sockets = this.#sockets.get(client) ?? new Map<string, Socket>();
    if (sockets.size === 0) this.#sockets.set(client, sockets);
    sockets.set(id, socket);
    this.#clients.set(id, client);
    if (sockets.size <= this.#limits.client) return;
    for (const oldest of sockets.values()) {
      oldest.destroy();
      return;
    }
  }

  #remove(id: string): void {
    const client = this.#clients.get(id);
    if (client === undefined) return;
    this.#clients.delete(id);
    const sockets = this.#sockets.get(client);
    sockets?.delete(id);
    if (sockets?.size === 0) this.#sockets.delete(client);
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
