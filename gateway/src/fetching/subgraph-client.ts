// Calls one subgraph: bounded connections, a deadline, a size limit, one retry and a circuit breaker; no redirects.
import { isUtf8 } from 'node:buffer';
import { type ErrorCode, graphError } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLError } from 'graphql';
import { CallRate } from './call-rate.ts';
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
  /** For one call from its start to the last byte of its response, including the wait for a connection and a retry. */
  timeoutMs: number;
  /** As received, and also after decompression. */
  maxAnswerBytes: number;
  /** The `accept-encoding` header that is sent to subgraphs; null for none. */
  acceptEncoding?: string | null;
  /** Connections to one subgraph, each with one call at a time. */
  maxConnections: number;
  /** Calls that may wait for a connection. */
  maxWaiting: number;
  breaker: BreakerOptions;
  /** Whether a query that failed is sent once more; by default it is. */
  retry?: boolean;
  /** The rate of calls, whose burst is one second's; undefined for no limit. */
  requestsPerSecond?: number | undefined;
  /** Headers that every request has: name, value, name, value and so on. */
  headers?: ForwardedHeaders;
  /** The codes of responses that have one of these statuses and no errors; by default all are unusable responses. */
  denials?: ReadonlyMap<number, DenialCode>;
  /** PEM of the certificate authorities that https addresses are verified against; null for those of Node. */
  ca?: string | null;
}

/** Forwarded request headers: name, value, name, value and so on. Values are valid in headers. */
export type ForwardedHeaders = readonly string[];

/** Receives the status line and headers of the response that is used. */
export type OnHead = (head: string) => void;

const failures = {
  SUBGRAPH_UNAVAILABLE: [
    '暂时无法访问，其字段为空，请稍后重试',
    'cannot be reached at the moment; its fields are null, try again shortly',
  ],
  SUBGRAPH_TIMEOUT: [
    '未在时限内答复，其字段为空，请稍后重试',
    'did not answer in time; its fields are null, try again shortly',
  ],
  SUBGRAPH_BAD_RESPONSE: [
    '的答复无法使用，其字段为空：请告知运维',
    'returned a response that cannot be used; its fields are null: inform the operators',
  ],
  SUBGRAPH_OVERLOADED: [
    '请求过多，其字段为空，请稍后重试',
    'has too many requests; its fields are null, try again shortly',
  ],
  UNAUTHENTICATED: [
    '未接受请求的身份，其字段为空',
    'did not accept the identity of the request; its fields are null',
  ],
  FORBIDDEN: ['拒绝了请求，其字段为空', 'refused the request; its fields are null'],
  MUTATION_OUTCOME_UNKNOWN: [
    '在变更发出后中断，结果未知：请以相同的 idempotencyKey 重发',
    'was lost after the mutation was sent; its outcome is unknown: send it again with the same idempotencyKey',
  ],
} as const satisfies Partial<Record<ErrorCode, readonly [string, string]>>;

export type FailureCode = keyof typeof failures;
type DenialCode = 'UNAUTHENTICATED' | 'FORBIDDEN';

/** A subgraph that answers is available, even if the response is unusable. */
const answeredCodes: ReadonlySet<FailureCode> = new Set([
  'SUBGRAPH_BAD_RESPONSE',
  'UNAUTHENTICATED',
  'FORBIDDEN',
]);

/** The error that clients get for a failed call. It says nothing of the address. */
export function subgraphFailure(code: FailureCode, subgraph: string): GraphQLError {
  const [zh, en] = failures[code];
  return graphError(code, `子图 ${subgraph} ${zh}。 Subgraph ${subgraph} ${en}.`, { service: subgraph });
}

const retriedStatuses = new Set([502, 503, 504]);
const retryAfterMs = { least: 20, most: 100 };
const accepted = 'application/graphql-response+json, application/json;q=0.9';

/** How long an available subgraph may take to answer a probe, however busy it is. */
const probeTimeoutMs = 2000;

export class SubgraphClient {
  readonly name: string;
  readonly url: string;
  #options: FetchOptions;
  #log: Log;
  #connections: Connections;
  /** For probes: on the other connections they would wait for clients' calls. */
  #probeConnection: Connections;
  #head: string;
  #breaker: CircuitBreaker;
  #inFlight = 0;
  #rate: CallRate | null;

  constructor(name: string, url: string, options: FetchOptions, log: Log) {
    const origin = new URL(url);
    this.name = name;
    this.url = url;
    this.#options = options;
    this.#log = log;
    const encodings = options.acceptEncoding ? `accept-encoding: ${options.acceptEncoding}\r\n` : '';
    const own = textOf(options.headers ?? []);
    this.#head = `POST ${origin.pathname}${origin.search} HTTP/1.1\r\nhost: ${origin.host}\r\ncontent-type: application/json\r\naccept: ${accepted}\r\n${encodings}${own}`;
    const { requestsPerSecond } = options;
    this.#rate = requestsPerSecond === undefined ? null : new CallRate(requestsPerSecond);
    const onOpen = () => log({ event: 'circuit breaker open', level: 'warn', subgraph: name });
    this.#breaker = new CircuitBreaker(options.breaker, () => this.#probe(), onOpen);
    this.#connections = new Connections({ ...options, origin });
    this.#probeConnection = new Connections({ ...options, maxConnections: 1, origin });
  }

  /** Resolves to the response body, latin1. Rejects with a coded error that names the subgraph, never its address. */
  call(
    body: string,
    isMutation: boolean,
    headers: ForwardedHeaders,
    onHead?: OnHead,
    lifetime: Lifetime = unlimitedLifetime,
  ): Promise<string> {
    const { maxConnections, maxWaiting } = this.#options;
    const stopped = stopError(lifetime);
    if (stopped) return Promise.reject(stopped);
    if (this.#inFlight >= maxConnections + maxWaiting)
      return Promise.reject(this.#failure('SUBGRAPH_OVERLOADED', `${this.#inFlight} calls`));
    if (this.#breaker.isOpen)
      return Promise.reject(this.#failure('SUBGRAPH_UNAVAILABLE', 'circuit breaker open'));
    if (this.#rate?.take() === false)
      return Promise.reject(this.#failure('SUBGRAPH_OVERLOADED', 'over the rate'));
    this.#inFlight += 1;
    const request = this.#request(body, headers);
    return new Promise((resolve, reject) => {
      const outcome: Outcome = {
        succeeded: (text, status) => {
          this.#inFlight -= 1;
          this.#breaker.succeeded();
          // The client gets the reason. The fault is mostly the operator's: keys that differ, or a clock.
          if (status === 401)
            this.#log({ event: 'subgraph refused a call', subgraph: this.name, reason: 'status 401' });
          resolve(text);
        },
        failed: (code, reason) => {
          this.#inFlight -= 1;
          if (answeredCodes.has(code)) this.#breaker.succeeded();
          else this.#breaker.failed();
          reject(this.#failure(code, reason));
        },
        cut: (code) => {
          this.#inFlight -= 1;
          const stopped = code === null ? stopError(lifetime) : null;
          reject(stopped ?? this.#failure(code ?? 'SUBGRAPH_TIMEOUT', 'at the deadline of the operation'));
        },
      };
      new Call(this.#connections, request, this.#options, isMutation, lifetime, outcome, onHead).send();
    });
  }

  close(): void {
    this.#breaker.close();
    this.#connections.close();
    this.#probeConnection.close();
  }

  #request(body: string, headers: ForwardedHeaders = []): string {
    return `${this.#head}${textOf(headers)}content-length: ${body.length}\r\n\r\n${body}`;
  }

  /** Whether the subgraph answers the smallest possible query, even with an error. */
  #probe(): Promise<boolean> {
    const options = { ...this.#options, timeoutMs: Math.min(this.#options.timeoutMs, probeTimeoutMs) };
    return new Promise((resolve) => {
      const outcome: Outcome = {
        succeeded: () => resolve(true),
        failed: (code) => resolve(answeredCodes.has(code)),
        cut: () => resolve(false),
      };
      const request = this.#request('{"query":"{__typename}"}');
      new Call(this.#probeConnection, request, options, false, unlimitedLifetime, outcome, undefined).send();
    });
  }

  #failure(code: FailureCode, reason: string): GraphQLError {
    this.#log({ event: 'subgraph failed', subgraph: this.name, code, reason });
    return subgraphFailure(code, this.name);
  }
}

interface Outcome {
  succeeded: (text: string, status: number) => void;
  failed: (code: FailureCode, reason: string) => void;
  /** Ended with the operation: at its deadline with a code, or with null when the client has left. */
  cut: (code: FailureCode | null) => void;
}

/** One call: an exchange, and a second one when the first certainly did not run, or when its status allows a retry. */
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
    // A mutation that was sent keeps its own deadline: otherwise its outcome would be unknown.
    const ownDeadline = performance.now() + options.timeoutMs;
    this.deadline = isMutation ? ownDeadline : Math.min(ownDeadline, lifetime.deadline);
    this.#options = options;
    this.#isMutation = isMutation;
    this.#mayRetry = !isMutation && options.retry !== false;
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
    // A subgraph that refuses gives a reason; a proxy before it does not.
    const isRefused = status === 503 && !this.#mayRetry && isUtf8 && text.includes('"errors"');
    if (retriedStatuses.has(status) && !isRefused) this.#retry(`status ${status}`, status !== 503);
    else if (status >= 300 && status < 400)
      this.#outcome.failed('SUBGRAPH_BAD_RESPONSE', `redirect ${status}`);
    else if (!isUtf8) this.#outcome.failed('SUBGRAPH_BAD_RESPONSE', 'not UTF-8');
    // A GraphQL response with an error status is used: it gives the reason.
    else if (status >= 400 && !text.includes('"errors"'))
      this.#outcome.failed(this.#options.denials?.get(status) ?? 'SUBGRAPH_BAD_RESPONSE', `status ${status}`);
    else {
      this.#onHead?.(head);
      this.#outcome.succeeded(text, status);
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
    // Once the response has started, the query has run: it is not sent again.
    else if (error instanceof MalformedResponse || progress === 'answering')
      this.#outcome.failed('SUBGRAPH_UNAVAILABLE', reason);
    else this.#retry(reason, false);
  }

  /** `mayHaveRun`: whether the subgraph may have executed the request although it failed. */
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

/** Consecutive calls often forward the same headers to several subgraphs. */
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
