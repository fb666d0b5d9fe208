// A request that is refused before there is a GraphQL operation to speak of.
import type { ErrorCode } from './errors.ts';

export interface RefusalDetails {
  headers?: Readonly<Record<string, string>>;
  /** Beside the code. */
  extensions?: Readonly<Record<string, unknown>>;
  /** The connection ends with the answer, before more of it is read: reading it is what costs. */
  isCut?: boolean;
}

export class HttpError extends Error {
  status: number;
  code: ErrorCode;
  /** Whether the request was read to its end, so that the connection can go on. */
  keepsConnection: boolean;
  details: RefusalDetails;

  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    keepsConnection = false,
    details: RefusalDetails = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.keepsConnection = keepsConnection;
    this.details = details;
  }
}
