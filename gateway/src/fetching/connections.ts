// Kept HTTP/1.1 connections to one origin, bounded, each with one request at a time; what finds none free waits its turn.
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { type HttpResponse, ResponseReader } from './response-reader.ts';

export interface ConnectionsOptions {
  origin: URL;
  maxConnections: number;
  maxAnswerBytes: number;
  /** How long an exchange has, most often: deadlines are kept to within a twentieth of that. */
  timeoutMs: number;
  /** PEM of the authorities by which an https origin is checked; null for Node's own. */
  ca?: string | null;
}

/** One request and what becomes of it: exactly one of `answered` and `failed` is called, once. */
export interface Exchange {
  /** The whole request, latin1. */
  request: string;
  /** By `performance.now()`. */
  deadline: number;
  succeeded: (answer: HttpResponse) => void;
  failed: (error: Error, progress: Progress) => void;
  /** Whether nobody wants the answer any more; then it need not be waited for. */
  isAbandoned: () => boolean;
}

/** How far an exchange came: waiting for a connection, sent, or with some of an answer, for which it surely arrived. */
export type Progress = 'waiting' | 'sent' | 'answering';

/** Why an exchange failed that took too long. */
export class DeadlineExceeded extends Error {}
/** Why an exchange was ended that nobody waited for. */
export class ExchangeAbandoned extends Error {}

/** How long a connection is kept at rest. */
const restMs = 30_000;
const looksPerDeadline = 20;
const lookMs = { least: 10, most: 250 };

export class Connections {
  #options: ConnectionsOptions;
  #all: Connection[] = [];
  /** The last one used is the next, so that those not needed come to their end. */
  #resting: Connection[] = [];
  #waiting: Exchange[] = [];
  #look: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  exchange(exchange: Exchange): void {
    if (this.#isClosed) {
      exchange.failed(new Error('closed'), 'waiting');
      return;
    }
    this.#look ??= this.#looks();
    const connection = this.#free();
    if (connection) connection.ask(exchange);
    else this.#waiting.push(exchange);
  }

  close(): void {
    this.#isClosed = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const exchange of waiting) exchange.failed(new Error('closed'), 'waiting');
    for (const connection of [...this.#all]) connection.end(new Error('closed'));
  }

  #free(): Connection | null {
    for (let found = this.#resting.pop(); found; found = this.#resting.pop()) {
      if (performance.now() < found.restsUntil) return found;
      found.end(null);
    }
    if (this.#all.length >= this.#options.maxConnections) return null;
    const made = new Connection(this.#options, this.#rest, this.#gone);
    this.#all.push(made);
    return made;
  }

  /** The connection's answer came whole. */
  #rest = (connection: Connection): void => {
    const next = this.#waiting.shift();
    if (next) connection.ask(next);
    else this.#resting.push(connection);
  };

  #gone = (connection: Connection): void => {
    for (const list of [this.#all, this.#resting]) {
      const index = list.indexOf(connection);
      if (index >= 0) list.splice(index, 1);
    }
    if (this.#isClosed || this.#waiting.length === 0) return;
    const free = this.#free();
    if (!free) return;
    const next = this.#waiting.shift();
    if (next) free.ask(next);
    else this.#resting.push(free);
  };

  /** One timer for all, in the place of one for each call. */
  #looks(): NodeJS.Timeout {
    const aimedMs = this.#options.timeoutMs / looksPerDeadline;
    const everyMs = Math.min(lookMs.most, Math.max(lookMs.least, aimedMs));
    return setInterval(() => {
      const now = performance.now();
      // First those who wait: a connection that ends makes room for them.
      const waiting = this.#waiting;
      this.#waiting = waiting.filter((each) => each.deadline > now && !each.isAbandoned());
      const left = this.#waiting.length < waiting.length ? new Set(this.#waiting) : null;
      for (const exchange of left ? waiting : [])
        if (!left?.has(exchange))
          exchange.failed(
            exchange.deadline <= now ? new DeadlineExceeded() : new ExchangeAbandoned(),
            'waiting',
          );
      for (const connection of [...this.#all]) {
        if (connection.deadline <= now) connection.end(new DeadlineExceeded());
        else if (connection.isAbandoned()) connection.end(new ExchangeAbandoned());
        else if (connection.restsUntil <= now) connection.end(null);
      }
      if (this.#all.length + this.#waiting.length > 0 || !this.#look) return;
      clearInterval(this.#look);
      this.#look = null;
    }, everyMs).unref();
  }
}

/** Where a platform may read into several sockets' buffers at once, each has its own. */
const sharesBuffer = process.platform !== 'win32';
const bufferBytes = 65_536;
const sharedBuffer = Buffer.allocUnsafeSlow(bufferBytes);

class Connection {
  #socket: Socket;
  #reader: ResponseReader;
  #exchange: Exchange | null = null;
  #rest: (connection: Connection) => void;
  #gone: (connection: Connection) => void;
  #isGone = false;
  #isOpen = false;
  /** Of the request at hand; endless where there is none. */
  deadline = Number.POSITIVE_INFINITY;
  /** Endless while there is a request at hand. */
  restsUntil = Number.POSITIVE_INFINITY;

  constructor(
    { origin, maxAnswerBytes, ca }: ConnectionsOptions,
    rest: (connection: Connection) => void,
    gone: (connection: Connection) => void,
  ) {
    this.#rest = rest;
    this.#gone = gone;
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
      // Bytes are read into one buffer, without a stream's events and a new buffer for each piece.
      const buffer = sharesBuffer ? sharedBuffer : Buffer.allocUnsafeSlow(bufferBytes);
      const callback = (size: number) => this.#read(buffer, size);
      this.#socket = connect({ ...plain, onread: { buffer, callback } });
    }
    this.#socket.on(isSecure ? 'secureConnect' : 'connect', () => {
      this.#isOpen = true;
    });
    this.#socket.on('error', (error) => this.end(error));
    this.#socket.on('end', () => this.#ended());
    this.#socket.on('close', () => this.end(new Error('closed by the other end')));
  }

  ask(exchange: Exchange): void {
    this.#exchange = exchange;
    this.deadline = exchange.deadline;
    this.restsUntil = Number.POSITIVE_INFINITY;
    this.#socket.write(exchange.request, 'latin1');
  }

  isAbandoned(): boolean {
    return this.#exchange?.isAbandoned() === true;
  }

  /** Ends it, and what is asked on it with the error. */
  end(error: Error | null): void {
    if (this.#isGone) return;
    this.#isGone = true;
    const exchange = this.#exchange;
    this.#exchange = null;
    this.#socket.destroy();
    this.#gone(this);
    const sent = this.#isOpen ? 'sent' : 'waiting';
    exchange?.failed(error ?? new Error('ended'), this.#reader.hasBegun ? 'answering' : sent);
  }

  #read(bytes: Buffer, size: number): boolean {
    if (this.#isGone) return true;
    // Nothing was asked: what comes must not be taken for an answer to what will be.
    if (!this.#exchange) this.end(null);
    else {
      try {
        const answer = this.#reader.push(bytes, 0, size);
        if (answer) this.#answered(answer);
      } catch (error) {
        this.end(error as Error);
      }
    }
    return true;
  }

  #ended(): void {
    const answer = this.#isGone ? null : this.#reader.connectionEnded();
    if (answer) this.#answered(answer);
    else this.end(new Error('closed by the other end'));
  }

  #answered(answer: HttpResponse): void {
    const exchange = this.#exchange;
    this.#exchange = null;
    this.deadline = Number.POSITIVE_INFINITY;
    // An answer to half a request leaves the other half on the way.
    if (answer.keepsConnection && answer.keepAliveMs > 0 && this.#socket.writableLength === 0) {
      this.restsUntil = performance.now() + Math.min(restMs, answer.keepAliveMs);
      this.#rest(this);
    } else this.end(null);
    exchange?.succeeded(answer);
  }
}
