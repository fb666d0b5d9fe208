// A request that is refused before there is a GraphQL operation to speak of.
import type { ErrorCode } from './errors.ts';

export class Refusal extends Error {
  status: number;
  code: ErrorCode;
  /** Whether the request was read to its end, so that the connection can go on. */
  keepsConnection: boolean;

  constructor(status: number, code: ErrorCode, message: string, keepsConnection = false) {
    super(message);
    this.status = status;
    this.code = code;
    this.keepsConnection = keepsConnection;
  }
}
