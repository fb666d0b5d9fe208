// An error of the HTTP request itself, raised before there is a GraphQL operation.
import { type ErrorCode, errorCodes } from './errors.ts';

export interface HttpErrorDetails {
  /** Whether the request was read to its end, so that the connection can be kept alive. */
  keepsConnection?: boolean;
  headers?: Readonly<Record<string, string>>;
  /** Members of the error's extensions besides the code. */
  extensions?: Readonly<Record<string, unknown>>;
  /** The connection is cut after the answer, because reading the rest of the request would be expensive. */
  isFlood?: boolean;
}

export class HttpError extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly details: HttpErrorDetails;

  constructor(status: number, code: ErrorCode, message: string, details: HttpErrorDetails = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** The limit that a client exceeds. */
interface ClientLimit {
  /** The most that it may have or send. */
  limit: number;
  /** When the client may try again. */
  retryAfterMs: number;
}

/** The error, of status 429, of a completely read request that exceeds a limit of its client. `text` follows the sentence of the code. */
export const tooManyRequests = (
  code: 'RATE_LIMITED' | 'TOO_MANY_AT_ONCE',
  text: string,
  { limit, retryAfterMs }: ClientLimit,
): HttpError =>
  new HttpError(429, code, `${errorCodes[code]}：${text}`, {
    keepsConnection: true,
    headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
    extensions: { limit, retryAfterMs },
  });
