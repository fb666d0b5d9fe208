// Limits on open WebSockets: in all, of one viewer, and of one address whose viewers are not known yet.
import type { Client } from '../admission/client.ts';
import { ConcurrencyLimiter, everyone, type Release } from '../admission/concurrency-limiter.ts';
import type { ClientRequest } from '../admission/viewer-key.ts';
import { tooManyStreams } from '../subscriptions/subscription-manager.ts';

interface SocketLimitOptions {
  /** Sockets that may be open in all. */
  maxStreams: number;
  /** Sockets of one viewer, or of one address; 0 for no limit. */
  maxStreamsOfViewer: number;
}

export class SocketLimits {
  readonly addressKeyOf: (request: ClientRequest) => string;
  #maxStreams: number;
  #all: ConcurrencyLimiter;
  #identified: ConcurrencyLimiter;
  /** Counted apart from identified sockets: others of the same address may still authenticate. */
  #opening: ConcurrencyLimiter;

  constructor(
    { maxStreams, maxStreamsOfViewer }: SocketLimitOptions,
    addressKeyOf: (request: ClientRequest) => string,
  ) {
    this.addressKeyOf = addressKeyOf;
    this.#maxStreams = maxStreams;
    this.#all = new ConcurrencyLimiter(maxStreams);
    this.#identified = new ConcurrencyLimiter(maxStreamsOfViewer, ['WebSocket 连接', 'sockets may be open']);
    this.#opening = new ConcurrencyLimiter(maxStreamsOfViewer, [
      '正在建立的 WebSocket 连接',
      'sockets may be opening',
    ]);
  }

  /** Counts a socket among all. Throws an HttpError of status 503. */
  acquire(): Release {
    if (this.#maxStreams === 0 || !this.#all.tryAcquire(everyone)) throw tooManyStreams();
    return () => this.#all.release(everyone);
  }

  /** Counts a socket that is opening, for its viewer or its address. Throws an HttpError of status 429. */
  acquireOpening(client: Client): Release {
    return client.viewerId === undefined
      ? this.#opening.acquire(this.addressKeyOf(client))
      : this.acquireIdentified(client);
  }

  /** Counts an authenticated socket for its client. Throws an HttpError of status 429. */
  acquireIdentified({ key }: Client): Release {
    return this.#identified.acquire(key);
  }
}
