// Bodies of requests that have not come to their end: counted for each client and in all, and cut off where nothing comes.
import type { IncomingMessage } from 'node:http';
import { errorCodes } from '../errors.ts';
import { HttpError } from '../http-error.ts';
import { type Reservation, UnreadAnswers, type UnreadLimits } from './unread-answers.ts';

/** `maxOfClient` and `max` are bytes of bodies that have begun to come, each counted as long as it may become. */
export type UnfinishedLimits = Omit<UnreadLimits, 'stalledMs'>;

/** For subgraphs, whose clients are gateways: all of them may come from one address. */
const defaultLimits: UnfinishedLimits = { maxOfClient: 134_217_728, max: 134_217_728 };

export class UnfinishedBodies {
  #held: UnreadAnswers;
  #clientOf: (request: IncomingMessage) => unknown;

  constructor(
    limits: UnfinishedLimits = defaultLimits,
    clientOf: (request: IncomingMessage) => unknown = ({ socket }) => socket.remoteAddress,
  ) {
    // Its server ends a request that takes too long to come.
    this.#held = new UnreadAnswers({ ...limits, stalledMs: 0 }, tooMuch);
    this.#clientOf = clientOf;
  }

  /** Counts a body until its end, by default once all of it has come; throws an HttpError where that is too much. */
  track(request: IncomingMessage, bytes: number): Reservation {
    const held = this.reserve(this.#clientOf(request), bytes, () => request.destroy());
    request.once('end', held.release);
    request.once('close', held.release);
    return held;
  }

  /** Counts what comes otherwise, for a client, until it is ended. */
  reserve(client: unknown, bytes: number, cutOff: () => void): Reservation {
    return this.#held.reserve(client, bytes, cutOff);
  }

  get bytes(): number {
    return this.#held.bytes;
  }
}

const tooMuch = ({ maxOfClient: limit }: UnreadLimits) =>
  new HttpError(
    429,
    'TOO_MANY_AT_ONCE',
    `${errorCodes.TOO_MANY_AT_ONCE}：尚未传完的请求体过多（至多 ${limit} 字节）。 Too many bodies have begun and not ended (at most ${limit} bytes); end them first.`,
    false,
    { headers: { 'retry-after': '1' }, extensions: { limit, retryAfterMs: 1000 } },
  );
