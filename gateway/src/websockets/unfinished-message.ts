// A message that a socket has received in part: counted together with the bodies of HTTP requests, and limited in time.
import type { Duplex } from 'node:stream';
import type { Reservation } from '@district-graph/kit/admission/byte-budget';
import type { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import type { WebSocket } from 'ws';

/** Shorter parts are not counted. */
const countedFrom = 16_384;
/** How long a message may take to arrive: as long as a request. */
const maxMs = 30_000;
/** Bytes before the payload of a client's frame of at most 125 bytes: its length and the mask. */
const frameHeaderBytes = 6;

interface Limits {
  unfinished: UnfinishedBodies;
  /** The key of the client that the message counts for. */
  client: unknown;
  maxBytes: number;
  /** Called when the client has too many bytes in unfinished messages. */
  onTooMuch: () => void;
}

export class UnfinishedMessage {
  #limits: Limits;
  #now: () => number;
  #bytes = 0;
  #startedAt = 0;
  #reservation: Reservation | null = null;

  constructor(
    connection: Duplex,
    socket: WebSocket,
    limits: Limits,
    now: () => number = () => performance.now(),
  ) {
    this.#limits = limits;
    this.#now = now;
    connection.on('data', (chunk: Buffer) => this.#receive(chunk.length));
    connection.once('close', () => this.#end());
    socket.on('message', () => this.#end());
    // Control frames may arrive between the fragments of a message.
    const discount = ({ length }: Buffer) => {
      this.#bytes -= length + frameHeaderBytes;
      if (this.#bytes <= 0) this.#end();
    };
    socket.on('ping', discount);
    socket.on('pong', discount);
  }

  get isLate(): boolean {
    return this.#bytes > 0 && this.#now() - this.#startedAt > maxMs;
  }

  /** A long message counts with the greatest length that it may reach. */
  #receive(length: number): void {
    if (this.#bytes === 0) this.#startedAt = this.#now();
    this.#bytes += length;
    if (this.#reservation || this.#bytes < countedFrom) return;
    const { unfinished, client, maxBytes, onTooMuch } = this.#limits;
    try {
      this.#reservation = unfinished.reserve(client, maxBytes, onTooMuch);
    } catch {
      onTooMuch();
    }
  }

  #end(): void {
    this.#bytes = 0;
    this.#reservation?.release();
    this.#reservation = null;
  }
}
