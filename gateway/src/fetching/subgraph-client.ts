// Calls one subgraph: a bounded pool of kept connections, a deadline, a size cap, one retry, a breaker; no redirects.
import { isUtf8 } from 'node:buffer';
import { type ErrorCode, graphError } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLError } from 'graphql';
import { type BreakerOptions, CircuitBreaker } from './circuit-breaker.ts';
import {
  Connections,
  DeadlineExceeded,
  type Exchange,
  ExchangeAbandoned,
  type Progress,
} from './connections.ts';
import { decompress } from './decompression.ts';
import { type Lifetime, stopError, unlimitedLifetime } from './lifetime.ts';
import { type HttpResponse, MalformedResponse, ResponseTooLong } from './response-reader.ts';

export interface FetchOptions {
  /** For one call from its start to the last byte of its answer, waiting for a connection and a retry included. */
  timeoutMs: number;
  /** As sent, and, of one that comes packed, as it is unpacked. */
  maxAnswerBytes: number;
  /** The content encodings that subgraphs are asked for; null for none. */
  acceptEncoding?: string | null;
  /** Connections to one subgraph, each with one call at a time. */
  maxConnections: number;
  /** Calls that may wait for a connection. */
  maxWaiting: number;
  breaker: BreakerOptions;
  /** PEM of the authorities by which https addresses are checked; null for Node's own. */
  ca?: string | null;
}

/** The headers of a client's request that a subgraph gets to see, as name, value, name, value; with what headers may hold. */
export type ForwardedHeaders = readonly string[];

/** Told of the status line and headers of the answer that is taken. */
export type OnHead = (head: string) => void;

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
  MUTATION_OUTCOME_UNKNOWN: [
    '在变更发出后中断，结果未知：请以相同的 idempotencyKey 重发',
    'was lost after the mutation was sent; its outcome is unknown: send it again with the same idempotencyKey',
  ],
} as const satisfies Partial<Record<ErrorCode, readonly [string, string]>>;

type FailureCode = keyof typeof failures;

const retriedStatuses = new Set([502, 503, 504]);
const retryAfterMs = { least: 20, most: 100 };
const accepted = 'application/graphql-response+json, application/json;q=0.9';

/** How long a subgraph that is there may take to say so, whatever it has to do. */
const isThereMs = 2000;

export class SubgraphClient {
  readonly name: string;
  readonly url: string;
  #options: FetchOptions;
  #log: Log;
  #connections: Connections;
  /** No client's calls are on it: they would have to end first. */
  #ownConnection: Connections;
  #head: string;
  #breaker: CircuitBreaker;
  #inFlight = 0;

  constructor(name: string, url: string, options: FetchOptions, log: Log) {
    const origin = new URL(url);
    this.name = name;
    this.url = url;
    this.#options = options;
    this.#log = log;
    const encodings = options.acceptEncoding ? `accept-encoding: ${options.acceptEncoding}\r\n` : '';
    this.#head = `POST ${origin.pathname}${origin.search} HTTP/1.1\r\nhost: ${origin.host}\r\ncontent-type: application/json\r\naccept: ${accepted}\r\n${encodings}`;
    const onOpen = () => log({ event: 'breaker open', subgraph: name });
    this.#breaker = new CircuitBreaker(options.breaker, () => this.#isThere(), onOpen);
    this.#connections = new Connections({ ...options, origin });
    this.#ownConnection = new Connections({ ...options, maxConnections: 1, origin });
  }

  /** The answer's text, latin1. Rejects with a coded error that names the subgraph, never its address. */
  call(
    body: string,
    isMutation: boolean,
    headers: ForwardedHeaders,
    onHead?: OnHead,
    lifetime: Lifetime = unlimitedLifetime,
  ): Promise<string> {
    const { maxConnections, maxWaiting } = this.#options;
    const over = stopError(lifetime);
    if (over) return Promise.reject(over);
    if (this.#inFlight >= maxConnections + maxWaiting)
      return Promise.reject(this.#failure('SUBGRAPH_OVERLOADED', `${this.#inFlight} calls`));
    if (this.#breaker.isOpen)
      return Promise.reject(this.#failure('SUBGRAPH_UNAVAILABLE', 'the breaker is open'));
    this.#inFlight += 1;
    const request = this.#request(body, headers);
    return new Promise((resolve, reject) => {
      const outcome: Outcome = {
        succeeded: (text) => {
          this.#inFlight -= 1;
          this.#breaker.succeeded();
          resolve(text);
        },
        failed: (code, reason) => {
          this.#inFlight -= 1;
          // A subgraph that answers, if only with what cannot be used, is there.
          if (code === 'SUBGRAPH_BAD_RESPONSE') this.#breaker.succeeded();
          else this.#breaker.failed();
          reject(this.#failure(code, reason));
        },
        cut: (code) => {
          this.#inFlight -= 1;
          const over = code === null ? stopError(lifetime) : null;
          reject(over ?? this.#failure(code ?? 'SUBGRAPH_TIMEOUT', 'at the deadline of the operation'));
        },
      };
      new Call(this.#connections, request, this.#options, isMutation, lifetime, outcome, onHead).send();
    });
  }

  close(): void {
    this.#breaker.close();
    this.#connections.close();
    this.#ownConnection.close();
  }

  #request(body: string, headers: ForwardedHeaders = []): string {
    return `${this.#head}${textOf(headers)}content-length: ${body.length}\r\n\r\n${body}`;
  }

  /** Whether it answers the least that can be asked; also by a refusal. */
  #isThere(): Promise<boolean> {
    const options = { ...this.#options, timeoutMs: Math.min(this.#options.timeoutMs, isThereMs) };
    return new Promise((resolve) => {
      const outcome: Outcome = {
        succeeded: () => resolve(true),
        failed: (code) => resolve(code === 'SUBGRAPH_BAD_RESPONSE'),
        cut: () => resolve(false),
      };
      const request = this.#request('{"query":"{__typename}"}');
      new Call(this.#ownConnection, request, options, false, unlimitedLifetime, outcome, undefined).send();
    });
  }

  #failure(code: FailureCode, reason: string): GraphQLError {
    this.#log({ event: 'subgraph failed', subgraph: this.name, code, reason });
    const [zh, en] = failures[code];
    return graphError(code, `子图 ${this.name} ${zh}。 Subgraph ${this.name} ${en}.`, { service: this.name });
  }
}

interface Outcome {
  succeeded: (text: string) => void;
  failed: (code: FailureCode, reason: string) => void;
  /** Ended for the operation's sake, with a code where somebody waits for it. */
  cut: (code: FailureCode | null) => void;
}

/** One call: an exchange, and another where the first surely did not run, or says that it may be tried again. */
class Call implements Exchange {
  readonly request: string;
  readonly deadline: number;
  #connections: Connections;
  #options: FetchOptions;
  #isMutation: boolean;
  #mayRetry: boolean;
  #lifetime: Lifetime;
  #outcome: Outcome;
  #onHead: OnHead | undefined;

  constructor(
    connections: Connections,
    request: string,
    options: FetchOptions,
    isMutation: boolean,
    lifetime: Lifetime,
    outcome: Outcome,
    onHead: OnHead | undefined,
  ) {
    this.#connections = connections;
    this.request = request;
    // What was sent of a mutation is waited for as long as any: else nobody would know what became of it.
    const ownDeadline = performance.now() + options.timeoutMs;
    this.deadline = isMutation ? ownDeadline : Math.min(ownDeadline, lifetime.deadline);
    this.#options = options;
    this.#isMutation = isMutation;
    this.#mayRetry = !isMutation;
    this.#lifetime = lifetime;
    this.#outcome = outcome;
    this.#onHead = onHead;
  }

  send(): void {
    this.#connections.exchange(this);
  }

  isAbandoned(): boolean {
    return !this.#isMutation && this.#lifetime.isAbandoned();
  }

  succeeded(answer: HttpResponse): void {
    const { status, compressed: packed } = answer;
    if (packed && !(retriedStatuses.has(status) && (this.#mayRetry || status !== 503))) {
      const { maxAnswerBytes } = this.#options;
      decompress(packed.bytes, packed.encodings, maxAnswerBytes).then(
        (bytes) => this.#answered({ ...answer, text: bytes.toString('latin1'), isUtf8: isUtf8(bytes) }),
        (error: Error) => this.#outcome.failed('SUBGRAPH_BAD_RESPONSE', error.message),
      );
    } else this.#answered(answer);
  }

  #answered({ status, head, text, isUtf8 }: HttpResponse): void {
    // A server that refuses says why, where what stands before it does not know.
    const isRefused = status === 503 && !this.#mayRetry && isUtf8 && text.includes('"errors"');
    if (retriedStatuses.has(status) && !isRefused) this.#retry(`status ${status}`, status !== 503);
    else if (status >= 300 && status < 400)
      this.#outcome.failed('SUBGRAPH_BAD_RESPONSE', `redirect ${status}`);
    else if (!isUtf8) this.#outcome.failed('SUBGRAPH_BAD_RESPONSE', 'not UTF-8');
    // An error status may come with a GraphQL answer that says why.
    else if (status >= 400 && !text.includes('"errors"'))
      this.#outcome.failed('SUBGRAPH_BAD_RESPONSE', `status ${status}`);
    else {
      this.#onHead?.(head);
      this.#outcome.succeeded(text);
    }
  }

  failed(error: Error, progress: Progress): void {
    const reason = (error as NodeJS.ErrnoException).code ?? error.message;
    if (error instanceof ExchangeAbandoned) this.#outcome.cut(null);
    else if (error instanceof ResponseTooLong) this.#outcome.failed('SUBGRAPH_BAD_RESPONSE', reason);
    else if (this.#isMutation && progress !== 'waiting')
      this.#outcome.failed('MUTATION_OUTCOME_UNKNOWN', error instanceof DeadlineExceeded ? 'late' : reason);
    else if (error instanceof DeadlineExceeded) {
      if (this.deadline === this.#lifetime.deadline) this.#outcome.cut('SUBGRAPH_TIMEOUT');
      else this.#outcome.failed('SUBGRAPH_TIMEOUT', `after ${Math.round(this.#options.timeoutMs)} ms`);
    }
    // Once the answer has begun, the query has run: it is not sent again.
    else if (error instanceof MalformedResponse || progress === 'answering')
      this.#outcome.failed('SUBGRAPH_UNAVAILABLE', reason);
    else this.#retry(reason, false);
  }

  /** `mayHaveRun` where a mutation may have reached the subgraph all the same. */
  #retry(reason: string, mayHaveRun: boolean): void {
    const code = this.#isMutation && mayHaveRun ? 'MUTATION_OUTCOME_UNKNOWN' : 'SUBGRAPH_UNAVAILABLE';
    const afterMs = retryAfterMs.least + Math.random() * (retryAfterMs.most - retryAfterMs.least);
    if (!this.#mayRetry || performance.now() + afterMs >= this.deadline) {
      this.#outcome.failed(code, reason);
      return;
    }
    this.#mayRetry = false;
    setTimeout(() => this.send(), afterMs);
  }
}

/** The same headers go to several subgraphs, one call after the other. */
let lastHeaders: ForwardedHeaders = [];
let lastText = '';

function textOf(headers: ForwardedHeaders): string {
  if (headers === lastHeaders) return lastText;
  let text = '';
  for (let index = 0; index < headers.length; index += 2)
    text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  lastHeaders = headers;
  lastText = text;
  return text;
}
