// A bounded pool of keep-alive HTTP/1.1 connections to one origin, each with one request at a time; further requests are queued.
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { type HttpResponse, ResponseReader } from './response-reader.ts';

export interface ConnectionsOptions {
  origin: URL;
  maxConnections: number;
  maxAnswerBytes: number;
  /** The usual time limit of an exchange: deadlines are checked twenty times as often. */
  timeoutMs: number;
  /** PEM of the certificate authorities that an https origin is verified against; null for those of Node. */
  ca?: string | null;
}

/** One request and its outcome: either `succeeded` or `failed` is called, once. */
export interface Exchange {
  /** The complete request, latin1. */
  request: string;
  /** On the clock of `performance.now()`. */
  deadline: number;
  succeeded: (response: HttpResponse) => void;
  failed: (error: Error, progress: Progress) => void;
  /** Whether the response is no longer needed. */
  isAbandoned: () => boolean;
}

/** How far an exchange got: waiting for a connection, sent, or partly answered, which proves that the request arrived. */
export type Progress = 'waiting' | 'sent' | 'answering';

/** The exchange did not complete by its deadline. */
export class DeadlineExceeded extends Error {}
/** The exchange was ended because its response was no longer needed. */
export class ExchangeAbandoned extends Error {}

/** How long an idle connection is kept. */
const idleMs = 30_000;
const checksPerTimeout = 20;
const checkMs = { least: 10, most: 250 };

export class Connections {
  #options: ConnectionsOptions;
  #all: Connection[] = [];
  /** The connection used last is reused first, so that connections not needed expire. */
  #idle: Connection[] = [];
  #queue: Exchange[] = [];
  #check: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  exchange(exchange: Exchange): void {
    if (this.#isClosed) {
      exchange.failed(new Error('closed'), 'waiting');
      return;
    }
    this.#check ??= this.#startChecking();
    const connection = this.#free();
    if (connection) connection.send(exchange);
    else this.#queue.push(exchange);
  }

  close(): void {
    this.#isClosed = true;
    const waiting = this.#queue;
    this.#queue = [];
    for (const exchange of waiting) exchange.failed(new Error('closed'), 'waiting');
    for (const connection of [...this.#all]) connection.end(new Error('closed'));
  }

  #free(): Connection | null {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (performance.now() < idle.idleUntil) return idle;
      idle.end(null);
    }
    if (this.#all.length >= this.#options.maxConnections) return null;
    const opened = new Connection(this.#options, this.#release, this.#closed);
    this.#all.push(opened);
    return opened;
  }

  /** The connection's response is complete. */
  #release = (connection: Connection): void => {
    const next = this.#queue.shift();
    if (next) connection.send(next);
    else this.#idle.push(connection);
  };

  #closed = (connection: Connection): void => {
    for (const list of [this.#all, this.#idle]) {
      const index = list.indexOf(connection);
      if (index >= 0) list.splice(index, 1);
    }
    if (this.#isClosed || this.#queue.length === 0) return;
    const free = this.#free();
    if (!free) return;
    const next = this.#queue.shift();
    if (next) free.send(next);
    else this.#idle.push(free);
  };

  /** One timer for all exchanges instead of one for each. */
  #startChecking(): NodeJS.Timeout {
    const wantedMs = this.#options.timeoutMs / checksPerTimeout;
    const intervalMs = Math.min(checkMs.most, Math.max(checkMs.least, wantedMs));
    return setInterval(() => {
      const now = performance.now();
      // First the queue: a connection that is closed makes room for queued requests.
      const waiting = this.#queue;
      this.#queue = waiting.filter((each) => each.deadline > now && !each.isAbandoned());
      const kept = this.#queue.length < waiting.length ? new Set(this.#queue) : null;
      for (const exchange of kept ? waiting : [])
        if (!kept?.has(exchange))
          exchange.failed(
            exchange.deadline <= now ? new DeadlineExceeded() : new ExchangeAbandoned(),
            'waiting',
          );
      for (const connection of [...this.#all]) {
        if (connection.deadline <= now) connection.end(new DeadlineExceeded());
        else if (connection.isAbandoned()) connection.end(new ExchangeAbandoned());
        else if (connection.idleUntil <= now) connection.end(null);
      }
      if (this.#all.length + this.#queue.length > 0 || !this.#check) return;
      clearInterval(this.#check);
      this.#check = null;
    }, intervalMs).unref();
  }
}

/** On Windows several reads may be pending at once, so each connection needs a buffer of its own. */
const sharesBuffer = process.platform !== 'win32';
const bufferBytes = 65_536;
const sharedBuffer = Buffer.allocUnsafeSlow(bufferBytes);

class Connection {
  #socket: Socket;
  #reader: ResponseReader;
  #exchange: Exchange | null = null;
  #release: (connection: Connection) => void;
  #closed: (connection: Connection) => void;
  #isClosed = false;
  #isOpen = false;
  /** Of the current request; infinite without one. */
  deadline = Number.POSITIVE_INFINITY;
  /** When an idle connection expires; infinite while it has a request. */
  idleUntil = Number.POSITIVE_INFINITY;

  constructor(
    { origin, maxAnswerBytes, ca }: ConnectionsOptions,
    onIdle: (connection: Connection) => void,
    onClosed: (connection: Connection) => void,
  ) {
    this.#release = onIdle;
    this.#closed = onClosed;
    this.#reader = new ResponseReader(maxAnswerBytes);
    const isSecure = origin.protocol === 'https:';
    const host = origin.hostname.replace(/^\[(.*)\]$/, '$1');
    const port = Number(origin.port) || (isSecure ? 443 : 80);
    const plain = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };
    if (isSecure) {
      const servername = /^[\d.]+$|:/.test(host) ? '' : host;
      const trust = ca ? { ca } : {};
      this.#socket = connectSecurely({ ...plain, ...trust, servername, ALPNProtocols: ['http/1.1'] });
      this.#socket.on('data', (bytes: Buffer) => this.#read(bytes, bytes.length));
    } else {
      // Bytes are read into one buffer, without stream events and a new buffer for each read.
      const buffer = sharesBuffer ? sharedBuffer : Buffer.allocUnsafeSlow(bufferBytes);
      const callback = (size: number) => this.#read(buffer, size);
      this.#socket = connect({ ...plain, onread: { buffer, callback } });
    }
    this.#socket.on(isSecure ? 'secureConnect' : 'connect', () => {
      this.#isOpen = true;
    });
    this.#socket.on('error', (error) => this.end(error));
    this.#socket.on('end', () => this.#serverClosed());
    this.#socket.on('close', () => this.end(new Error('closed by the server')));
  }

  send(exchange: Exchange): void {
    this.#exchange = exchange;
    this.deadline = exchange.deadline;
    this.idleUntil = Number.POSITIVE_INFINITY;
    this.#socket.write(exchange.request, 'latin1');
  }

  isAbandoned(): boolean {
    return this.#exchange?.isAbandoned() === true;
  }

  /** Closes the connection, and fails its request with the error. */
  end(error: Error | null): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const exchange = this.#exchange;
    this.#exchange = null;
    this.#socket.destroy();
    this.#closed(this);
    const sent = this.#isOpen ? 'sent' : 'waiting';
    exchange?.failed(error ?? new Error('ended'), this.#reader.hasBegun ? 'answering' : sent);
  }

  #read(bytes: Buffer, size: number): boolean {
    if (this.#isClosed) return true;
    // Bytes without a request must not be taken for the response to the next one.
    if (!this.#exchange) this.end(null);
    else {
      try {
        const response = this.#reader.push(bytes, 0, size);
        if (response) this.#complete(response);
      } catch (error) {
        this.end(error as Error);
      }
    }
    return true;
  }

  #serverClosed(): void {
    const response = this.#isClosed ? null : this.#reader.connectionEnded();
    if (response) this.#complete(response);
    else this.end(new Error('closed by the server'));
  }

  #complete(response: HttpResponse): void {
    const exchange = this.#exchange;
    this.#exchange = null;
    this.deadline = Number.POSITIVE_INFINITY;
    // If the response precedes the end of the request, the rest of the request is still being sent.
    if (response.keepsConnection && response.keepAliveMs > 0 && this.#socket.writableLength === 0) {
      this.idleUntil = performance.now() + Math.min(idleMs, response.keepAliveMs);
      this.#release(this);
    } else this.end(null);
    exchange?.succeeded(response);
  }
}
