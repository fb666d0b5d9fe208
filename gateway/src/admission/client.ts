// The client that sent a request or opened a socket: identified once, then passed to every later step.
import type { IncomingHttpHeaders } from 'node:http';
import type { Rate } from '@district-graph/kit/identity/api-key';
import { anonymous, type Viewer } from '@district-graph/kit/identity/viewer';
import type { ClientRequest, ViewerKeyOf } from './viewer-key.ts';

/** What verifying a client's token or key resulted in. */
export interface Identification {
  /** Anonymous without a token or key; null when it was rejected, or when the gateway verifies none. */
  viewer: Viewer | null;
  /** Why the token, the key or the declared purpose was rejected; null when none was. */
  error: unknown;
  /** Whether the gateway verifies tokens and keys; otherwise subgraphs do. */
  isVerified: boolean;
}

export class Client implements ClientRequest {
  readonly headers: IncomingHttpHeaders;
  readonly address: string;
  readonly identification: Identification;
  #keyOf: ViewerKeyOf;
  #key: string | undefined;

  constructor({ headers, address }: ClientRequest, identification: Identification, keyOf: ViewerKeyOf) {
    this.headers = headers;
    this.address = address;
    this.identification = identification;
    this.#keyOf = keyOf;
  }

  /** The id that a valid token or key proves; undefined without one. */
  get viewerId(): string | undefined {
    const { viewer } = this.identification;
    return viewer === null || viewer.id === anonymous.id ? undefined : viewer.id;
  }

  /** The rate agreed for its API key; null where the general rate applies. */
  get rate(): Rate | null {
    return this.identification.viewer?.key?.rate ?? null;
  }

  /**
   * What its operations, calls and streams are counted by: its viewer, or its address. A token that is not valid does not
   * make its bearer a client of its own.
   */
  get key(): string {
    if (this.#key !== undefined) return this.#key;
    const viewer = this.viewerId;
    this.#key = this.#keyOf({
      headers:
        this.identification.isVerified && viewer === undefined
          ? withoutAuthorization(this.headers)
          : this.headers,
      address: this.address,
      viewer,
    });
    return this.#key;
  }

  /** The same client with other headers than those it sent. */
  withHeaders(headers: IncomingHttpHeaders): Client {
    return new Client({ headers, address: this.address }, this.identification, this.#keyOf);
  }
}

const withoutAuthorization = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  headers.authorization === undefined ? headers : { ...headers, authorization: undefined };
