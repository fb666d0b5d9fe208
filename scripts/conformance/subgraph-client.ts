// Sends requests to the subgraph under test, and keeps what the checks judge: status, headers, bytes, time and connection.
import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { request as requestSecurely, Agent as SecureAgent } from 'node:https';
import type { Viewer } from '@district-graph/kit/identity/viewer';
import type { SigningKeys } from '@district-graph/kit/identity/viewer-signature';
import { claimsText, signViewer, viewerHeader } from '@district-graph/kit/identity/viewer-signature';

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body as JSON; undefined where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: what a subgraph answers is what the checks are about.
  json: any;
  ms: number;
  /** Whether the connection was used before. */
  isReused: boolean;
}

export interface Sent {
  method?: string;
  headers?: Record<string, string>;
  /** Added to the path of the URL. */
  search?: string;
  body?: string;
}

export interface SubgraphClientOptions {
  url: string;
  /** Sent with each request, such as an API key. */
  headers: Readonly<Record<string, string>>;
  subgraph: string;
  /** Empty for a subgraph that gets no signed viewers. */
  keys: SigningKeys;
  viewer: Viewer;
}

/** A reply that takes longer fails the check that waits for it. */
export const replyTimeoutMs = 10_000;
const maxReplyBytes = 50_000_000;

export class SubgraphClient {
  readonly options: SubgraphClientOptions;
  /** The slowest reply so far, but for requests that are meant to take long. */
  slowestMs = 0;
  #agent: Agent;
  #send: typeof request;

  constructor(options: SubgraphClientOptions) {
    const isSecure = options.url.startsWith('https:');
    this.options = options;
    this.#agent = isSecure
      ? new SecureAgent({ keepAlive: true, maxSockets: 1 })
      : new Agent({ keepAlive: true, maxSockets: 1 });
    this.#send = isSecure ? requestSecurely : request;
  }

  /** Sends an operation as the viewer of the options, signed where there are keys. */
  query(query: string, variables?: Record<string, unknown>): Promise<Reply> {
    return this.postJson({ query, ...(variables && { variables }) });
  }

  postJson(value: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const body = JSON.stringify(value);
    return this.send({
      body,
      headers: { 'content-type': 'application/json', ...this.signature(body), ...headers },
    });
  }

  /** The header of a signed viewer for this body; none without keys. */
  signature(body: string, keys = this.options.keys): Record<string, string> {
    if (keys.size === 0) return {};
    const { subgraph, viewer } = this.options;
    const latin1 = Buffer.from(body, 'utf8').toString('latin1');
    return { [viewerHeader]: signViewer(keys, claimsText(viewer), subgraph, latin1) };
  }

  /** A server may close a connection that was idle just as a request is sent on it: then it is sent once more. */
  async send(sent: Sent): Promise<Reply> {
    const state = { isReused: false };
    return this.#exchange(sent, state).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' && state.isReused) return this.#exchange(sent, state);
      throw error;
    });
  }

  async #exchange(
    { method = 'POST', headers = {}, search = '', body = '' }: Sent,
    state: { isReused: boolean },
  ): Promise<Reply> {
    const started = performance.now();
    const bytes = Buffer.from(body, 'utf8');
    const sent = this.#send(`${this.options.url}${search}`, {
      method,
      agent: this.#agent,
      signal: AbortSignal.timeout(replyTimeoutMs),
      headers: {
        accept: 'application/graphql-response+json, application/json;q=0.9',
        ...this.options.headers,
        ...(method === 'GET' ? {} : { 'content-length': String(bytes.length) }),
        ...headers,
      },
    });
    // A server that refuses a body may answer before it has read all of it.
    const failed = new Promise<never>((_resolve, reject) => {
      sent.on('error', (error) => {
        state.isReused = sent.reusedSocket;
        reject(error);
      });
    });
    failed.catch(() => {});
    sent.end(method === 'GET' ? undefined : bytes);
    const [response] = (await Promise.race([once(sent, 'response'), failed])) as [IncomingMessage];
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxReplyBytes) throw new Error(`a reply of more than ${maxReplyBytes} bytes`);
      chunks.push(chunk);
    }
    const text = Buffer.concat(chunks).toString('utf8');
    const ms = performance.now() - started;
    this.slowestMs = Math.max(this.slowestMs, ms);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text,
      json: parsed(text),
      ms,
      isReused: sent.reusedSocket,
    };
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
