// The clients of all subgraphs, and the headers that are forwarded to subgraphs and returned to clients.
import type { IncomingHttpHeaders } from 'node:http';
import { refusalsPath } from '@district-graph/kit/access-log/gateway-refusals';
import type { ConnectedSubgraph } from '@district-graph/kit/config/foreign-subgraphs';
import type { Log } from '@district-graph/kit/log';
import { strictestCacheControl } from './cache-control.ts';
import { type Lifetime, unlimitedLifetime } from './lifetime.ts';
import { headerOf, headersOf } from './response-reader.ts';
import { type FetchOptions, type ForwardedHeaders, SubgraphClient } from './subgraph-client.ts';

/** Response headers for the client, by name in lower case; a list stands for several headers of that name. */
export type ReturnedHeaders = Record<string, string | readonly string[]>;

export interface HealthCheck {
  url: URL;
  /** Whether only a status of 2xx counts. Otherwise any below 500 does: the subgraph may lack the path. */
  isStrict: boolean;
}

export interface SubgraphsOptions {
  fetch: FetchOptions;
  /** PEM of the certificate authorities that https addresses are verified against; null for those of Node. */
  subgraphCa?: string | null;
  /** The address of a subgraph that overrides the one in the supergraph; null for none. */
  addressOf: (subgraph: string) => string | null;
  /** Names, in lower case, of request headers that are forwarded to subgraphs, and of response headers that are returned to clients. */
  forwardedHeaders: readonly string[];
  returnedHeaders: readonly string[];
  /** The foreign subgraphs, by name; by default none. */
  foreign?: ReadonlyMap<string, ConnectedSubgraph>;
  log: Log;
}

export class Subgraphs {
  #options: SubgraphsOptions;
  #clients = new Map<string, SubgraphClient>();
  /** Reports of refusals have connections of their own, so that no query waits for them. */
  #refusalClients = new Map<SubgraphClient, SubgraphClient>();

  constructor(options: SubgraphsOptions) {
    this.#options = options;
  }

  /** Uses the subgraphs of a new supergraph. Clients whose address is unchanged are kept, with their connections. */
  update(subgraphs: readonly { name: string; url: string }[]): void {
    const { addressOf, log } = this.#options;
    const before = this.#clients;
    this.#clients = new Map();
    for (const { name, url } of subgraphs) {
      const address = addressOf(name) ?? url;
      const known = before.get(name);
      const isUnchanged = known?.url === address;
      this.#clients.set(
        name,
        isUnchanged && known ? known : new SubgraphClient(name, address, this.#fetchOptions(name), log),
      );
      if (isUnchanged) before.delete(name);
    }
    for (const client of before.values())
      setTimeout(() => this.#close(client), this.#fetchOptions(client.name).timeoutMs).unref();
  }

  get addresses(): ReadonlyMap<string, string> {
    return new Map([...this.#clients].map(([name, { url }]) => [name, url]));
  }

  #fetchOptions(name: string): FetchOptions {
    const { fetch, subgraphCa: ca, foreign } = this.#options;
    const subgraph = foreign?.get(name);
    return subgraph ? { ...foreignFetchOptions(fetch, subgraph), ca } : { ...fetch, ca };
  }

  /** The foreign subgraph of that name; undefined for one of this repository. */
  foreignNamed(name: string): ConnectedSubgraph | undefined {
    return this.#options.foreign?.get(name);
  }

  /** How it is found out whether a subgraph can be reached, by name; null where nothing shows it. */
  get healthChecks(): ReadonlyMap<string, HealthCheck | null> {
    return new Map(
      [...this.addresses].map(([name, url]) => {
        const subgraph = this.foreignNamed(name);
        const path = subgraph ? subgraph.health : '/health/ready';
        return [name, path === null ? null : { url: new URL(path, url), isStrict: subgraph !== undefined }];
      }),
    );
  }

  /** The headers to forward to the subgraphs of this repository. */
  forwardedHeaders(headers: IncomingHttpHeaders): ForwardedHeaders {
    return headersNamed(this.#options.forwardedHeaders, headers);
  }

  /** The response body of one subgraph, latin1. Headers for the client are added to `returned`. */
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
      // A foreign subgraph sets no header at clients, but what it does not allow to be cached is not cached.
      for (const name of returnedHeaders)
        if (name === 'cache-control' || !this.foreignNamed(subgraph)) addReturned(returned, name, head);
    };
    return client.call(body, isMutation, forwarded, onHead, lifetime);
  }

  /** Reports refusals to a subgraph. Resolves to its response body, which is empty on success; never retried. */
  reportRefusals(subgraph: string, body: string, headers: ForwardedHeaders): Promise<string> {
    const client = this.#clients.get(subgraph);
    if (!client) return Promise.reject(new Error(`no subgraph ${subgraph}`));
    let refusalClient = this.#refusalClients.get(client);
    if (!refusalClient) {
      const { fetch, subgraphCa: ca, log } = this.#options;
      const url = new URL(refusalsPath, client.url).href;
      refusalClient = new SubgraphClient(subgraph, url, { ...fetch, ca, maxConnections: 1 }, log);
      this.#refusalClients.set(client, refusalClient);
    }
    return refusalClient.call(body, true, headers);
  }

  close(): void {
    for (const client of this.#clients.values()) this.#close(client);
  }

  #close(client: SubgraphClient): void {
    client.close();
    this.#refusalClients.get(client)?.close();
    this.#refusalClients.delete(client);
  }
}

function foreignFetchOptions(fetch: FetchOptions, subgraph: ConnectedSubgraph): FetchOptions {
  const { breaker, headers, limits, retry } = subgraph;
  return {
    ...fetch,
    timeoutMs: subgraph.timeoutMs ?? fetch.timeoutMs,
    maxAnswerBytes: limits.responseBytes ?? fetch.maxAnswerBytes,
    maxConnections: limits.concurrency ?? fetch.maxConnections,
    maxWaiting: limits.queued ?? fetch.maxWaiting,
    requestsPerSecond: limits.requestsPerSecond,
    breaker: {
      failures: breaker.failures ?? fetch.breaker.failures,
      restMs: breaker.resetMs ?? fetch.breaker.restMs,
    },
    retry,
    headers,
  };
}

/** The headers of these names. Values that no header can hold, such as an end of line, are omitted. */
export function headersNamed(names: Iterable<string>, headers: IncomingHttpHeaders): ForwardedHeaders {
  const named: string[] = [];
  for (const name of names) {
    const value = headers[name];
    if (value === undefined) continue;
    const text = Array.isArray(value) ? value.join(', ') : value;
    if (headerText.test(text)) named.push(name, text);
  }
  return named;
}

/** Combines a header over the responses of all subgraphs that were called. */
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
