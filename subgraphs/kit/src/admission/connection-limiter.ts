// Limits the connections of each client. A connection that sends what costs far more to parse than to send is cut; a client that
// repeats it loses all of its connections before they are read. 64 KB of nothing but tiny requests, or of one-byte chunks, take
// about 20 ms to parse, which cannot be avoided once they are being read.
import type { Server, Socket } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { Log } from '../log.ts';
import { networkOf } from './client-address.ts';

const defaultLimits = {
  /** Connections of all clients. A process can usually open about 20,000 files, which include connections to subgraphs. */
  all: 10_000,
  /** Connections of one client. A browser opens six, a busy service some dozens. */
  client: 1000,
};
/** A client floods when three of its connections were cut within ten seconds. */
const maxCut = 3;
const floodMs = 10_000;
/** New connections per second that a flooding address may still make, since other clients may share the address. */
const maxNewPerSecond = 5;
const maxClients = 10_000;
const logEveryMs = 60_000;

/** The same for a TCP connection and the TLS connection over it. */
const idOf = ({ remoteAddress, remotePort }: Socket): string | null =>
  remoteAddress === undefined ? null : `${remoteAddress} ${remotePort}`;

export class ConnectionLimiter {
  #isByAddress: boolean;
  #limits: typeof defaultLimits;
  /** The client of each connection: its network until the client is identified. */
  #clients = new Map<string, string>();
  /** The connections of each client, oldest first. */
  #sockets = new Map<string, Map<string, Socket>>();
  /** How many connections of a client were cut since the first of them. */
  #cuts: LRUCache<string, number>;
  /** How many connections a flooding network has made in the current second. */
  #made: LRUCache<string, number>;

  /** `isByAddress`: whether an address stands for one client. Behind a proxy all clients have the proxy's address. */
  constructor(
    isByAddress: boolean,
    now = () => performance.now(),
    limits: Partial<typeof defaultLimits> = {},
  ) {
    this.#isByAddress = isByAddress;
    this.#limits = { ...defaultLimits, ...limits };
    const options = { max: maxClients, ttlResolution: 0, perf: { now }, noUpdateTTL: true };
    this.#cuts = new LRUCache({ ...options, ttl: floodMs });
    this.#made = new LRUCache({ ...options, ttl: 1000 });
  }

  /** Limits the connections of the server. Dropped connections are logged once a minute. */
  watch(server: Server, log: Log): void {
    server.maxConnections = this.#limits.all;
    server.on('connection', (socket: Socket) => this.onConnection(socket));
    let dropped = 0;
    let loggedAt = Number.NEGATIVE_INFINITY;
    server.on('drop', () => {
      dropped += 1;
      if (performance.now() - loggedAt < logEveryMs) return;
      loggedAt = performance.now();
      log({ event: 'connections dropped', level: 'warn', dropped, limit: this.#limits.all });
      dropped = 0;
    });
  }

  /** Registers a new connection, or ends it if its address floods. */
  onConnection(socket: Socket): void {
    const id = idOf(socket);
    if (!this.#isByAddress || id === null) return;
    const network = networkOf(socket.remoteAddress ?? '');
    if (this.#isFlooding(network) && counted(this.#made, network) > maxNewPerSecond) {
      socket.destroy();
      return;
    }
    this.#add(id, socket, network);
    socket.once('close', () => this.#remove(id));
  }

  /** Assigns a connection to an authenticated client, so that floods of others at its address do not affect it. */
  identify(socket: Socket, client: string): void {
    const id = idOf(socket) ?? '';
    const before = this.#clients.get(id);
    if (before === undefined || before === client) return;
    this.#remove(id);
    this.#add(id, socket, client);
  }

  /** Stops counting a connection that was upgraded to another protocol. */
  forget(socket: Socket): void {
    this.#remove(idOf(socket) ?? '');
  }

  /** Ends a connection because of what it sent, and all connections of its client if that floods. */
  cut(socket: Socket): void {
    const client = this.#clients.get(idOf(socket) ?? '');
    socket.destroy();
    if (client === undefined) return;
    counted(this.#cuts, client);
    if (!this.#isFlooding(client)) return;
    for (const each of [...(this.#sockets.get(client)?.values() ?? [])]) each.destroy();
  }

  /** Ends the oldest connection of a client that has too many: it is idle or has been answered often. */
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

/** Counts one more, until the entry expires: unlike `KeyCounts`, nothing counts down. */
function counted(counts: LRUCache<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}
