// Calls one subgraph: a bounded pool of kept connections, a deadline, a size cap, one retry, a breaker; no redirects.
import { isUtf8 } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ErrorCode, graphError } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLError } from 'graphql';
import { type Dispatcher, Pool } from 'undici';
import { Breaker, type BreakerOptions } from './breaker.ts';

export interface FetchOptions {
  /** For one call from its start to the last byte of its answer, waiting for a connection and a retry included. */
  timeoutMs: number;
  maxAnswerBytes: number;
  /** Connections to one subgraph, each with one call at a time. */
  maxConnections: number;
  /** Calls that may wait for a connection. */
  maxWaiting: number;
  breaker: BreakerOptions;
}

/** The headers of a client's request that a subgraph gets to see, as name, value, name, value. */
export type ForwardedHeaders = readonly string[];

/** What a call's answer brings beside its text. */
export interface CallObserver {
  /** The headers of the answer, as raw pairs of bytes. */
  onHeaders?: (headers: Record<string, string | string[] | undefined>) => void;
}

const failures = {
  SUBGRAPH_UNAVAILABLE: ['暂时无法访问，其字段为空', 'cannot be reached at the moment; its fields are null'],
  SUBGRAPH_TIMEOUT: ['未在时限内答复，其字段为空', 'did not answer in time; its fields are null'],
  SUBGRAPH_BAD_RESPONSE: [
    '的答复无法使用，其字段为空',
    'gave an answer that cannot be used; its fields are null',
  ],
  SUBGRAPH_OVERLOADED: [
    '请求过多，其字段为空，请稍后重试',
    'has too many requests; its fields are null, try again',
  ],
} as const satisfies Partial<Record<ErrorCode, readonly [string, string]>>;

type FailureCode = keyof typeof failures;

/** A failed attempt. Only what surely did not run, or says that it may be tried again, is tried again. */
class Failed extends Error {
  code: FailureCode;
  retryable: boolean;
  constructor(code: FailureCode, reason: string, retryable = false) {
    super(reason);
    this.code = code;
    this.retryable = retryable;
  }
}

const retriedStatuses = new Set([502, 503, 504]);
const retryAfterMs = { least: 20, most: 100 };

export class SubgraphClient {
  readonly name: string;
  readonly url: string;
  #options: FetchOptions;
  #log: Log;
  #pool: Pool;
  #path: string;
  #breaker: Breaker;
  #inFlight = 0;

  constructor(name: string, url: string, options: FetchOptions, log: Log) {
    const { origin, pathname, search } = new URL(url);
    this.name = name;
    this.url = url;
    this.#options = options;
    this.#log = log;
    this.#path = pathname + search;
    this.#breaker = new Breaker(options.breaker);
    this.#pool = new Pool(origin, {
      connections: options.maxConnections,
      pipelining: 1,
      keepAliveTimeout: 30_000,
      // The call's own deadline covers all of these.
      connectTimeout: options.timeoutMs,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: options.maxAnswerBytes,
    });
  }

  /** The answer's text, latin1. Rejects with a coded error that names the subgraph, never its address. */
  async call(
    body: string,
    isMutation: boolean,
    headers: ForwardedHeaders,
    observer: CallObserver = {},
  ): Promise<string> {
    const { timeoutMs, maxConnections, maxWaiting } = this.#options;
    if (this.#inFlight >= maxConnections + maxWaiting)
      throw this.#failure(new Failed('SUBGRAPH_OVERLOADED', `${this.#inFlight} calls`));
    if (!this.#breaker.allows(Date.now()))
      throw this.#failure(new Failed('SUBGRAPH_UNAVAILABLE', 'the breaker is open'));
    const deadline = performance.now() + timeoutMs;
    this.#inFlight += 1;
    try {
      const text = await this.#attempt(body, headers, observer, timeoutMs).catch(async (error: Failed) => {
        if (isMutation || !error.retryable) throw error;
        await sleep(retryAfterMs.least + Math.random() * (retryAfterMs.most - retryAfterMs.least));
        const left = deadline - performance.now();
        if (left <= 0) throw error;
        return this.#attempt(body, headers, observer, left);
      });
      this.#breaker.succeeded();
      return text;
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      // A subgraph that answers, if only with what cannot be used, is there.
      if (error.code === 'SUBGRAPH_BAD_RESPONSE') this.#breaker.succeeded();
      else if (this.#breaker.failed(Date.now())) this.#log({ event: 'breaker open', subgraph: this.name });
      throw this.#failure(error);
    } finally {
      this.#inFlight -= 1;
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  #attempt(
    body: string,
    headers: ForwardedHeaders,
    observer: CallObserver,
    timeoutMs: number,
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const answer = new Answer(resolve, reject, observer, timeoutMs);
      this.#pool.dispatch(
        {
          path: this.#path,
          method: 'POST',
          headers: ['content-type', 'application/json', 'accept', accepted, ...headers],
          body: Buffer.from(body, 'latin1'),
        },
        answer,
      );
    });
  }

  #failure({ code, message }: Failed): GraphQLError {
    this.#log({ event: 'subgraph failed', subgraph: this.name, code, reason: message });
    const [zh, en] = failures[code];
    return graphError(code, `子图 ${this.name} ${zh}。 Subgraph ${this.name} ${en}.`, { service: this.name });
  }
}

const accepted = 'application/graphql-response+json, application/json;q=0.9';

/** Collects one answer. */
class Answer implements Dispatcher.DispatchHandler {
  #resolve: (text: string) => void;
  #reject: (error: Failed) => void;
  #observer: CallObserver;
  #deadline: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #chunks: Buffer[] = [];
  #late: Failed | null = null;

  constructor(
    resolve: (text: string) => void,
    reject: (error: Failed) => void,
    observer: CallObserver,
    timeoutMs: number,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#observer = observer;
    this.#deadline = setTimeout(() => {
      this.#late = new Failed('SUBGRAPH_TIMEOUT', `after ${Math.round(timeoutMs)} ms`);
      reject(this.#late);
      this.#controller?.abort(this.#late);
    }, timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#late) controller.abort(this.#late);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    this.#observer.onHeaders?.(headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    clearTimeout(this.#deadline);
    const [first] = this.#chunks;
    const bytes = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks);
    const text = bytes.toString('latin1');
    const failed = flaw(this.#status, bytes, text);
    if (failed) this.#reject(failed);
    else this.#resolve(text);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#deadline);
    if (this.#late) return;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
      this.#reject(new Failed('SUBGRAPH_BAD_RESPONSE', 'too many bytes'));
    // Once the answer has begun, the query has run: it is not sent again.
    else this.#reject(new Failed('SUBGRAPH_UNAVAILABLE', code ?? message, this.#status === 0));
  }
}

/** Why an answer cannot be used, or null. */
function flaw(status: number, bytes: Buffer, text: string): Failed | null {
  if (retriedStatuses.has(status)) return new Failed('SUBGRAPH_UNAVAILABLE', `status ${status}`, true);
  if (status >= 300 && status < 400) return new Failed('SUBGRAPH_BAD_RESPONSE', `redirect ${status}`);
  if (!isUtf8(bytes)) return new Failed('SUBGRAPH_BAD_RESPONSE', 'not UTF-8');
  // An error status may come with a GraphQL answer that says why.
  if (status >= 400 && !text.includes('"errors"'))
    return new Failed('SUBGRAPH_BAD_RESPONSE', `status ${status}`);
  return null;
}
