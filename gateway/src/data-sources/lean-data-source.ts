// The data source of a gateway without buildService: our HTTP client, with the client's headers that are to be forwarded.
import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import { fromLatin1, toLatin1 } from '../answer/latin1.ts';
import { headerOf } from '../fetching/response-reader.ts';
import type { ForwardedHeaders } from '../fetching/subgraph-client.ts';
import { restrictCachePolicy } from './cache-policy.ts';
import type { DataSourceRequest } from './data-source.ts';
import { MessageHeaders } from './message-headers.ts';
import {
  type ClientOf,
  callAsText,
  connect,
  type SubgraphCall,
  type TextDataSource,
} from './subgraph-call.ts';

interface Headers {
  get(name: string): string | null;
}

export class LeanDataSource implements TextDataSource {
  #url: string;
  #forwarded: readonly string[];
  #clientOf: ClientOf | null = null;

  /** `forwarded` are the names of the headers, in lower case. */
  constructor(url: string, forwarded: readonly string[]) {
    this.#url = url;
    this.#forwarded = forwarded;
  }

  [connect](clientOf: ClientOf): void {
    this.#clientOf = clientOf;
  }

  [callAsText]({ body, isMutation, incoming, lifetime }: SubgraphCall): Promise<string> {
    const onHead = (head: string) => restrictCachePolicy(incoming, headerOf(head, 'cache-control'));
    const headers = this.#forwardedOf(incoming.request.http?.headers);
    return this.#client().call(body, isMutation, headers, onHead, lifetime);
  }

  /** For health checks, and for managers that load the SDL of subgraphs. */
  async process({ request }: DataSourceRequest): Promise<GatewayGraphQLResponse> {
    const { http, ...message } = request;
    const headers = MessageHeaders.from(http?.headers);
    const text = await this.#client().call(toLatin1(JSON.stringify(message)), false, headers.forwarded());
    return JSON.parse(fromLatin1(text));
  }

  #client() {
    if (!this.#clientOf) throw new Error('the data source is not connected to a gateway');
    return this.#clientOf(this.#url);
  }

  #forwardedOf(headers: Headers | undefined): ForwardedHeaders {
    if (!headers || this.#forwarded.length === 0) return [];
    const sent = new MessageHeaders();
    for (const name of this.#forwarded) {
      const value = headers.get(name);
      if (value !== null) sent.set(name, value);
    }
    return sent.forwarded();
  }
}
