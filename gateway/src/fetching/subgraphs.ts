// The subgraphs of the graph, each with its client; and what of a client's request goes on to them.
import type { IncomingHttpHeaders } from 'node:http';
import { refusalsPath } from '@district-graph/kit/access-log/gateway-refusals';
import type { Log } from '@district-graph/kit/log';
import { strictestCacheControl } from './cache-control.ts';
import { type Lifetime, unlimitedLifetime } from './lifetime.ts';
import { headerOf, headersOf } from './response-reader.ts';
import { type FetchOptions, type ForwardedHeaders, SubgraphClient } from './subgraph-client.ts';

/** Headers for the client, by name in lower case; a list is as many headers. */
export type ReturnedHeaders = Record<string, string | readonly string[]>;

export interface SubgraphsOptions {
  fetch: FetchOptions;
  /** PEM of the authorities by which subgraphs at https addresses are checked; null for Node's own. */
  subgraphCa?: string | null;
  /** The address to use for a subgraph instead of the one in the supergraph, or null. */
  addressOf: (subgraph: string) => string | null;
  /** Names, in lower case, of request headers that subgraphs get to see, and of answer headers that clients do. */
  forwardedHeaders: readonly string[];
  returnedHeaders: readonly string[];
  log: Log;
}

export class Subgraphs {
  #options: SubgraphsOptions;
  #clients = new Map<string, SubgraphClient>();
  /** What the gateway tells of itself goes a way of its own: no query waits for it. */
  #tellers = new Map<SubgraphClient, SubgraphClient>();

  constructor(options: SubgraphsOptions) {
    this.#options = options;
  }

  /** Takes over the subgraphs of a supergraph; clients whose address is the same stay, with their connections. */
  update(subgraphs: readonly { name: string; url: string }[]): void {
    const { addressOf, subgraphCa, log } = this.#options;
    const fetch = { ...this.#options.fetch, ca: subgraphCa };
    const before = this.#clients;
    this.#clients = new Map();
    for (const { name, url } of subgraphs) {
      const address = addressOf(name) ?? url;
      const known = before.get(name);
      const keeps = known?.url === address;
      this.#clients.set(name, keeps && known ? known : new SubgraphClient(name, address, fetch, log));
      if (keeps) before.delete(name);
    }
    for (const client of before.values()) setTimeout(() => this.#close(client), fetch.timeoutMs).unref();
  }

  get addresses(): ReadonlyMap<string, string> {
    return new Map([...this.#clients].map(([name, { url }]) => [name, url]));
  }

  /** What no header can hold, such as an end of line, is not sent. */
  forwardedHeaders(headers: IncomingHttpHeaders): ForwardedHeaders {
    const forwarded: string[] = [];
    for (const name of this.#options.forwardedHeaders) {
      const value = headers[name];
      if (value === undefined) continue;
      const text = Array.isArray(value) ? value.join(', ') : value;
      if (headerText.test(text)) forwarded.push(name, text);
    }
    return forwarded;
  }

  /** The answer of one subgraph, latin1; the returned headers are added to `returned`. */
  call(
    subgraph: string,
    body: string,
    isMutation: boolean,
    forwarded: ForwardedHeaders,
    returned: ReturnedHeaders,
    lifetime: Lifetime = unlimitedLifetime,
  ): Promise<string> {
    const client = this.#clients.get(subgraph);
    if (!client) throw new Error(`no subgraph ${subgraph}`);
    const { returnedHeaders } = this.#options;
    if (returnedHeaders.length === 0) return client.call(body, isMutation, forwarded, undefined, lifetime);
    const onHead = (head: string) => {
      for (const name of returnedHeaders) addReturned(returned, name, head);
    };
    return client.call(body, isMutation, forwarded, onHead, lifetime);
  }

  /** Tells a subgraph what was refused ahead of its fields: what it answers, empty once it has taken it. Never tried again. */
  reportRefusals(subgraph: string, body: string, headers: ForwardedHeaders): Promise<string> {
    const client = this.#clients.get(subgraph);
    if (!client) return Promise.reject(new Error(`no subgraph ${subgraph}`));
    let teller = this.#tellers.get(client);
    if (!teller) {
      const { fetch, subgraphCa: ca, log } = this.#options;
      const url = new URL(refusalsPath, client.url).href;
      teller = new SubgraphClient(subgraph, url, { ...fetch, ca, maxConnections: 1 }, log);
      this.#tellers.set(client, teller);
    }
    return teller.call(body, true, headers);
  }

  close(): void {
    for (const client of this.#clients.values()) this.#close(client);
  }

  #close(client: SubgraphClient): void {
    client.close();
    this.#tellers.get(client)?.close();
    this.#tellers.delete(client);
  }
}

/** Of the answers of all subgraphs that were called. */
function addReturned(returned: ReturnedHeaders, name: string, head: string): void {
  const known = returned[name];
  if (name === 'set-cookie') {
    const cookies = headersOf(head, name);
    if (cookies.length) returned[name] = [...new Set([...(known ?? []), ...cookies])];
    return;
  }
  const text = headerOf(head, name);
  if (name === 'cache-control')
    returned[name] = typeof known === 'string' ? strictestCacheControl(known, text) : (text ?? 'no-store');
  else if (text !== null)
    returned[name] = typeof known === 'string' && known !== text ? `${known}, ${text}` : text;
}

const headerText = /^[\t\x20-\x7e\x80-\xff]*$/;
