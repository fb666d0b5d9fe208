// The message of a socket that has begun to come and has not ended: counted with the bodies of requests, and bounded in time.
import type { Duplex } from 'node:stream';
import type { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import type { Reservation } from '@district-graph/kit/admission/unread-answers';
import type { WebSocket } from 'ws';

/** Of less no count is kept. */
const countedFrom = 16_384;
/** How long a message may take to come: as long as a request. */
const maxMs = 30_000;
/** Of a client's frame that has no more than 125 bytes: its length, and the mask. */
const frameHead = 6;

interface Counted {
  unfinished: UnfinishedBodies;
  client: unknown;
  maxBytes: number;
  /** Is called where the client has too many of them. */
  onTooMuch: () => void;
}

export class UnfinishedMessage {
  #counted: Counted;
  #now: () => number;
  #bytes = 0;
  #beganAt = 0;
  #held: Reservation | null = null;

  constructor(
    connection: Duplex,
    socket: WebSocket,
    counted: Counted,
    now: () => number = () => performance.now(),
  ) {
    this.#counted = counted;
    this.#now = now;
    connection.on('data', (chunk: Buffer) => this.#come(chunk.length));
    connection.once('close', () => this.#ended());
    socket.on('message', () => this.#ended());
    // They come in between the pieces of a message, too.
    const control = ({ length }: Buffer) => {
      this.#bytes -= length + frameHead;
      if (this.#bytes <= 0) this.#ended();
    };
    socket.on('ping', control);
    socket.on('pong', control);
  }

  get isLate(): boolean {
    return this.#bytes > 0 && this.#now() - this.#beganAt > maxMs;
  }

  /** Counts a message of which much has come as long as it may become. */
  #come(length: number): void {
    if (this.#bytes === 0) this.#beganAt = this.#now();
    this.#bytes += length;
    if (this.#held || this.#bytes < countedFrom) return;
    const { unfinished, client, maxBytes, onTooMuch } = this.#counted;
    try {
      this.#held = unfinished.reserve(client, maxBytes, onTooMuch);
    } catch {
      onTooMuch();
    }
  }

  #ended(): void {
    this.#bytes = 0;
    this.#held?.release();
    this.#held = null;
  }
}
