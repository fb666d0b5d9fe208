// A request that is refused before there is a GraphQL operation to speak of.
import type { ErrorCode } from './errors.ts';

export interface HttpErrorDetails {
  headers?: Readonly<Record<string, string>>;
  /** Beside the code. */
  extensions?: Readonly<Record<string, unknown>>;
  /** The connection ends with the answer, before more of it is read: reading it is what costs. */
  isFlood?: boolean;
}

export class HttpError extends Error {
  status: number;
  code: ErrorCode;
  /** Whether the request was read to its end, so that the connection can go on. */
  keepsConnection: boolean;
  details: HttpErrorDetails;

  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    keepsConnection = false,
    details: HttpErrorDetails = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.keepsConnection = keepsConnection;
    this.details = details;
  }
}
