// Answers that clients have not read yet: limited in bytes for each client and for all clients, and cut when nothing is read.
import type { ServerResponse } from 'node:http';
import { HttpError, tooManyRequests } from '../http-error.ts';
import { ByteBudget, type ByteLimits, type Reservation } from './byte-budget.ts';

export interface UnreadLimits extends ByteLimits {
  /** How long a client may read nothing before its connection is cut. */
  stalledMs: number;
}

/** For subgraphs, whose clients are gateways: each connection is a client. */
const defaultLimits: UnreadLimits = { maxOfClient: 67_108_864, max: 268_435_456, stalledMs: 30_000 };

/** Shorter answers are written in one piece. What the system accepts at once is never counted. */
export const pieceBytes = 262_144;
const retryAfterMs = 1000;

/** `reserve` throws an HttpError with status 429 if the client reads what it has, but has too much. */
export class UnreadAnswers extends ByteBudget<UnreadLimits> {
  constructor(limits: UnreadLimits = defaultLimits) {
    super(limits, tooMuchUnread);
  }

  /** Writes the body of an answer. Resolves when the system has all of it, or the client is gone or was cut. */
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
        const isDrained =
          typeof whole === 'string'
            ? response.write(whole.slice(at, end), 'latin1')
            : response.write(whole.subarray(at, end));
        if (!isDrained) await drained(response, 'drain', stalledMs);
        unread.progressed();
      }
      response.end();
      if (response.writableLength > 0) await drained(response, 'finish', stalledMs);
    } finally {
      unread.release();
    }
  }

  /** Waits until the system has accepted an answer that was written in one piece. */
  async settle(client: unknown, response: ServerResponse): Promise<void> {
    try {
      const unread = this.reserve(client, response.writableLength, () => response.destroy());
      await drained(response, 'finish', this.limits.stalledMs);
      unread.release();
    } catch (error) {
      // Part of it has been sent, so it cannot be refused in any other way.
      response.destroy();
      if (!(error instanceof HttpError)) throw error;
    }
  }
}

/** Resolves when the response accepts more or its client is gone. Cuts a client that reads nothing for `stalledMs`. */
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
  tooManyRequests(
    'TOO_MANY_AT_ONCE',
    `尚未读取的答复过多（至多 ${limit} 字节），请先读完。 Too many bytes of earlier answers are unread (at most ${limit}). Read them, then try again.`,
    { limit, retryAfterMs },
  );
