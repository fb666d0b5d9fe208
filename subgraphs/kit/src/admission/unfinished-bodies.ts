// Request bodies that have not arrived completely: limited in bytes for each client and for all clients, and cut when they stall.
import type { IncomingMessage } from 'node:http';
import { errorCodes } from '../errors.ts';
import { HttpError } from '../http-error.ts';
import { ByteBudget, type ByteLimits, type Reservation } from './byte-budget.ts';

/** For subgraphs, whose clients are gateways: all of them may have one address. */
const defaultLimits: ByteLimits = { maxOfClient: 134_217_728, max: 134_217_728 };

/** Each body counts with the length it may reach. `reserve` throws an HttpError with status 429. */
export class UnfinishedBodies extends ByteBudget {
  #clientOf: (request: IncomingMessage) => unknown;

  constructor(
    limits: ByteLimits = defaultLimits,
    clientOf: (request: IncomingMessage) => unknown = ({ socket }) => socket.remoteAddress,
  ) {
    super(limits, tooManyBytes);
    this.#clientOf = clientOf;
  }

  /** Reserves the bytes of a body until the request ends or is closed. The server itself ends requests that take too long. */
  track(request: IncomingMessage, bytes: number): Reservation {
    const reservation = this.reserve(this.#clientOf(request), bytes, () => request.destroy());
    request.once('end', reservation.release);
    request.once('close', reservation.release);
    return reservation;
  }
}

const tooManyBytes = ({ maxOfClient: limit }: ByteLimits) =>
  new HttpError(
    429,
    'TOO_MANY_AT_ONCE',
    `${errorCodes.TOO_MANY_AT_ONCE}：尚未传完的请求体过多（至多 ${limit} 字节），请先传完。 Too many request bodies are incomplete (at most ${limit} bytes). Finish sending them, then try again.`,
    { headers: { 'retry-after': '1' }, extensions: { limit, retryAfterMs: 1000 } },
  );
