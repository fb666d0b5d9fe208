// Answers that their clients have not taken yet: counted for each client and in all, and cut off where nothing is taken.
import type { ServerResponse } from 'node:http';
import { errorCodes } from '../errors.ts';
import { HttpError } from '../http-error.ts';

export interface UnreadLimits {
  /** Bytes that one client may have unread. One answer alone may be longer. */
  maxOfClient: number;
  /** Bytes that all clients may have unread together. What is too much is at the cost of whoever has the most of it. */
  max: number;
  /** How long a client may take nothing before it is cut off. */
  stalledMs: number;
}

/** For subgraphs, whose clients are gateways: each connection counts for itself. */
const defaultLimits: UnreadLimits = { maxOfClient: 67_108_864, max: 268_435_456, stalledMs: 30_000 };

/** Shorter answers are written in one piece; what the system takes at once is never counted. */
export const pieceBytes = 262_144;
/** For how long an answer may stand still while there is no room for another of the same client. */
const patienceMs = 1000;
const retryAfterMs = 1000;

export interface Reservation {
  /** Says that some of it was taken. */
  progressed: () => void;
  /** Says that it is no longer held. */
  release: () => void;
}

interface Held {
  bytes: number;
  movedAt: number;
  cut: () => void;
}

interface Client {
  bytes: number;
  answers: Set<Held>;
}

export class UnreadAnswers {
  readonly limits: UnreadLimits;
  /** The share of each client: an entry for those only that have something unread. */
  #clients = new Map<unknown, Client>();
  #bytes = 0;

  #tooMuch: (limits: UnreadLimits) => HttpError;

  constructor(limits: UnreadLimits = defaultLimits, tooMuch = tooMuchUnread) {
    this.limits = limits;
    this.#tooMuch = tooMuch;
  }

  /** Of all clients. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Counts an answer for a client until its end. Where that is too much, what stands still is cut off first; throws a
   * HttpError of status 429 where everything of the client moves.
   */
  reserve(key: unknown, bytes: number, cut: () => void): Reservation {
    const { maxOfClient, max } = this.limits;
    const own = this.#clients.get(key) ?? { bytes: 0, answers: new Set<Held>() };
    while (own.bytes > 0 && own.bytes + bytes > maxOfClient) this.#cutStalled(key, own);
    while (this.#bytes > 0 && this.#bytes + bytes > max) {
      const [mostKey, most] = this.#most();
      if (own.bytes + bytes >= most.bytes) this.#cutStalled(key, own);
      else this.#cut(mostKey, most);
    }
    const held: Held = { bytes, movedAt: performance.now(), cut };
    this.#clients.set(key, own);
    own.answers.add(held);
    own.bytes += bytes;
    this.#bytes += bytes;
    return {
      progressed: () => {
        held.movedAt = performance.now();
      },
      release: () => this.#end(key, own, held),
    };
  }

  /** Writes a whole answer's body; resolves when the system has all of it, or its client is gone or cut off. */
  async write(
    response: ServerResponse,
    body: Buffer | string,
    encoding: BufferEncoding,
    unread: Reservation,
  ): Promise<void> {
    const { stalledMs } = this.limits;
    const whole = typeof body === 'string' && encoding !== 'latin1' ? Buffer.from(body, encoding) : body;
    try {
      for (let at = 0; at < whole.length && !response.destroyed; at += pieceBytes) {
        const end = at + pieceBytes;
        const isTaken =
          typeof whole === 'string'
            ? response.write(whole.slice(at, end), 'latin1')
            : response.write(whole.subarray(at, end));
        if (!isTaken) await drained(response, 'drain', stalledMs);
        unread.progressed();
      }
      response.end();
      if (response.writableLength > 0) await drained(response, 'finish', stalledMs);
    } finally {
      unread.release();
    }
  }

  /** Waits until the system has taken what was written in one piece. */
  async settle(key: unknown, response: ServerResponse): Promise<void> {
    try {
      const unread = this.reserve(key, response.writableLength, () => response.destroy());
      await drained(response, 'finish', this.limits.stalledMs);
      unread.release();
    } catch (error) {
      // It has begun: there is no other way to refuse it.
      response.destroy();
      if (!(error instanceof HttpError)) throw error;
    }
  }

  #most(): [unknown, Client] {
    let most: [unknown, Client] | null = null;
    for (const entry of this.#clients) if (!most || entry[1].bytes > most[1].bytes) most = entry;
    if (!most) throw new Error('nothing is unread');
    return most;
  }

  #cutStalled(key: unknown, client: Client): void {
    const now = performance.now();
    if (![...client.answers].some(({ movedAt }) => now - movedAt > patienceMs))
      throw this.#tooMuch(this.limits);
    this.#cut(key, client);
  }

  /** Cuts off what has stood still for longest. */
  #cut(key: unknown, client: Client): void {
    let stalest: Held | null = null;
    for (const held of client.answers) if (!stalest || held.movedAt < stalest.movedAt) stalest = held;
    if (!stalest) return;
    this.#end(key, client, stalest);
    stalest.cut();
  }

  #end(key: unknown, client: Client, held: Held): void {
    if (!client.answers.delete(held)) return;
    client.bytes -= held.bytes;
    this.#bytes -= held.bytes;
    if (client.answers.size === 0) this.#clients.delete(key);
  }
}

/** Resolves when the response takes more, or its client is gone. One that takes nothing for so long is cut off. */
export const drained = (
  response: ServerResponse,
  event: 'drain' | 'finish',
  stalledMs: number,
): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => response.destroy(), stalledMs);
    const done = () => {
      clearTimeout(timer);
      response.off(event, done);
      response.off('close', done);
      resolve();
    };
    response.on(event, done);
    response.on('close', done);
    if (response.destroyed || response.writableFinished) done();
  });

const tooMuchUnread = ({ maxOfClient: limit }: UnreadLimits) =>
  new HttpError(
    429,
    'TOO_MANY_AT_ONCE',
    `${errorCodes.TOO_MANY_AT_ONCE}：尚未读取的答复过多（至多 ${limit} 字节）。 Too much of what was answered is still unread (at most ${limit} bytes); read it first.`,
    true,
    {
      headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
      extensions: { limit, retryAfterMs },
    },
  );
