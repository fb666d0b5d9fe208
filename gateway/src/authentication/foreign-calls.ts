// The headers of calls to foreign subgraphs: those of the client that its entry allows, and what its identity policy says of the viewer.
import type { IncomingHttpHeaders } from 'node:http';
import type { ConnectedSubgraph } from '@district-graph/kit/config/foreign-subgraphs';
import { signViewer, viewerHeader } from '@district-graph/kit/identity/viewer-signature';
import type { ForwardedHeaders } from '../fetching/subgraph-client.ts';
import { headersNamed } from '../fetching/subgraphs.ts';

/** A verified viewer, in the texts that are signed. */
export interface SignedClaims {
  claims: string;
  address: string;
}

/** An API key is a secret of its owner that does not expire soon: it is never passed on. */
const isToken = (authorization: string): boolean => /^bearer /i.test(authorization);

export class ForeignCalls {
  #names = new Set<string>();

  constructor(subgraphs: ReadonlyMap<string, ConnectedSubgraph>) {
    for (const { forwardedHeaders, identity } of subgraphs.values()) {
      for (const name of forwardedHeaders) this.#names.add(name);
      if (identity === 'token') this.#names.add('authorization');
    }
  }

  /** Everything in the client's headers that a foreign subgraph may get. Requests that differ in it do not share an answer. */
  clientHeaders(headers: IncomingHttpHeaders): ForwardedHeaders {
    return this.#names.size === 0 ? [] : headersNamed(this.#names, headers);
  }

  /** The headers of one call. Without a verified viewer nothing is signed. */
  headersFor(
    { name: subgraph, forwardedHeaders, identity, signingKeys }: ConnectedSubgraph,
    clientHeaders: ForwardedHeaders,
    body: string,
    viewer: SignedClaims | null,
  ): ForwardedHeaders {
    const headers: string[] = [];
    for (let index = 0; index < clientHeaders.length; index += 2) {
      const [name = '', value = ''] = clientHeaders.slice(index, index + 2);
      const isPassedOn =
        name === 'authorization' ? identity === 'token' && isToken(value) : forwardedHeaders.includes(name);
      if (isPassedOn) headers.push(name, value);
    }
    if (identity === 'viewer-signature' && viewer)
      headers.push(viewerHeader, signViewer(signingKeys, viewer.claims, subgraph, body, viewer.address));
    return headers;
  }
}
