// An error of the HTTP request itself, raised before there is a GraphQL operation.
import type { ErrorCode } from './errors.ts';

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
