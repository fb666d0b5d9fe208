// A client of the graph for browsers and Node: typed queries, mutations that are applied once, and subscriptions that resume.
import {
  errorOf,
  type FieldError,
  fieldErrorsOf,
  GraphError,
  isUsable,
  type Language,
  type ResponseBody,
} from './errors.ts';
import { eventStreams } from './event-streams.ts';
import type { Purpose } from './generated/purposes.ts';
import { withIdempotencyKeys } from './idempotency.ts';
import { type DocumentForm, type Operation, operationOf, send } from './request.ts';
import { isRetryable, pause, pauseMs } from './retry.ts';
import { Subscription, type SubscriptionOptions, type SubscriptionTransport } from './subscription.ts';
import { type TokenSource, Tokens } from './tokens.ts';
import type { TypedDocument } from './typed-document.ts';

export type { ClientErrorCode, FieldError, Language, ResponseError } from './errors.ts';
export { GraphError } from './errors.ts';
export type { ErrorCode } from './generated/error-codes.ts';
export type { Purpose } from './generated/purposes.ts';
export type { RefusalName } from './generated/refusals.ts';
export { isRefusal, match, type RefusalOf } from './refusals.ts';
export type { DocumentForm } from './request.ts';
export type {
  Subscription,
  SubscriptionEvent,
  SubscriptionOptions,
  SubscriptionState,
} from './subscription.ts';
export type { TokenSource } from './tokens.ts';
export { type TypedDocument, TypedDocumentString } from './typed-document.ts';

export interface ClientOptions {
  /** The address of the graph, such as `https://graph.example/graphql`; in a browser also `/graphql`. */
  url: string;
  /** The viewer's token, or a function that returns it and is called again with `isExpired` when the graph rejects it. */
  token?: TokenSource;
  /** What masked values are needed for, unless a call says otherwise. */
  purpose?: Purpose;
  /** The language of error messages; without it they are in Chinese, then English. */
  language?: Language;
  fetch?: typeof fetch;
  /** Sent with every request. */
  headers?: Record<string, string>;
  /** How long a call may take, with all its attempts; 30,000 by default. */
  timeoutMs?: number;
  /** How often a call is sent again at most; 3 by default. */
  retries?: number;
  /** What is sent of a document; its text by default. */
  documents?: DocumentForm;
  /** How subscriptions are received; by server-sent events unless `webSockets()` is passed. */
  transport?: SubscriptionTransport;
}

export interface CallOptions {
  /** Aborts the call, which then rejects with the reason of the signal. */
  signal?: AbortSignal;
  timeoutMs?: number;
  retries?: number;
  purpose?: Purpose;
  headers?: Record<string, string>;
}

export interface MutationOptions extends CallOptions {
  /**
   * The key by which a repeated mutation is applied once. By default a new one is made for each call. With false none is sent, and the
   * mutation is sent again only if it was refused before it was executed.
   */
  idempotencyKey?: string | false;
}

/** The data of an operation, with the errors of the fields that are missing in it. */
export interface Answer<Data> {
  data: Data;
  /** The errors of single fields; the rest of the data is valid. */
  fieldErrors: readonly FieldError[];
  /** Those of subgraphs that cannot be reached at the moment, by the path of the field, such as `division.security`. */
  serviceErrors: Readonly<Record<string, FieldError>>;
  extensions: Readonly<Record<string, unknown>>;
}

/** The arguments after the document: variables may be left out where all are optional. */
type Rest<Variables, Options> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: Options]
    : [variables: Variables, options?: Options];

export interface Client {
  /** Rejects with a GraphError if nothing that was requested is usable. */
  query<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...rest: Rest<Variables, CallOptions>
  ): Promise<Answer<Data>>;
  /** The same for a mutation. Expected refusals are members of its result union and do not reject. */
  mutate<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...rest: Rest<Variables, MutationOptions>
  ): Promise<Answer<Data>>;
  /** Opens a subscription that reconnects and resumes by itself until it is closed. */
  subscribe<Data, Variables>(
    document: TypedDocument<Data, Variables>,
    ...rest: Rest<Variables, SubscriptionOptions>
  ): Subscription<Data>;
}

type AnyDocument = TypedDocument<never, never>;
type Values = Record<string, unknown>;

const defaultTimeoutMs = 30_000;
const defaultRetries = 3;

export function createClient(options: ClientOptions): Client {
  const sender = new Sender(options);
  return {
    query: ((document: AnyDocument, variables: Values = {}, call: CallOptions = {}) =>
      sender.call('query', document, variables, call, true)) as Client['query'],
    mutate: (async (document: AnyDocument, variables: Values = {}, call: MutationOptions = {}) => {
      const keyed = withIdempotencyKeys(document, variables, call.idempotencyKey);
      return sender.call('mutation', document, keyed.variables, call, keyed.isRepeatable);
    }) as Client['mutate'],
    subscribe: ((document: AnyDocument, variables: Values = {}, stream: SubscriptionOptions = {}) =>
      sender.subscribe(document, variables, stream)) as Client['subscribe'],
  };
}

class Sender {
  #options: ClientOptions;
  #fetch: typeof fetch;
  #tokens: Tokens;

  constructor(options: ClientOptions) {
    this.#options = options;
    // Browsers' own must be called as a function of the window.
    this.#fetch = options.fetch ?? ((...request) => globalThis.fetch(...request));
    this.#tokens = new Tokens(options.token);
  }

  async call(
    kind: Operation['kind'],
    document: AnyDocument,
    variables: Values,
    call: CallOptions,
    isRepeatable: boolean,
  ): Promise<Answer<unknown>> {
    const operation = await operationOf(kind, document, variables, this.#options.documents ?? 'text');
    const timeoutMs = call.timeoutMs ?? this.#options.timeoutMs ?? defaultTimeoutMs;
    const endsAt = Date.now() + timeoutMs;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
    try {
      return await this.#attempts(operation, call, { signal, endsAt, isRepeatable });
    } catch (error) {
      if (!timeout.aborted || call.signal?.aborted || error instanceof GraphError) throw error;
      throw new GraphError('TIMEOUT', `no answer within ${timeoutMs} ms`, { cause: error });
    }
  }

  async #attempts(
    operation: Operation,
    call: CallOptions,
    { signal, endsAt, isRepeatable }: { signal: AbortSignal; endsAt: number; isRepeatable: boolean },
  ): Promise<Answer<unknown>> {
    const retries = call.retries ?? this.#options.retries ?? defaultRetries;
    let token = await this.#tokens.current();
    let isRenewed = false;
    for (let failures = 0; ; ) {
      try {
        return await this.#once(operation, call, token, signal);
      } catch (error) {
        if (!(error instanceof GraphError)) throw error;
        if (error.code === 'UNAUTHENTICATED' && !isRenewed && this.#tokens.isRenewable) {
          isRenewed = true;
          token = await this.#tokens.renewed(token);
          continue;
        }
        const waitMs = pauseMs(error, failures);
        failures += 1;
        // A wait that outlasts the time of the call cannot help it: the caller learns now why.
        if (failures > retries || !isRetryable(error, isRepeatable) || Date.now() + waitMs >= endsAt)
          throw error;
        await pause(waitMs, signal);
      }
    }
  }

  async #once(operation: Operation, call: CallOptions, token: string | null, signal: AbortSignal) {
    const { url, language } = this.#options;
    const headers = this.#headers(call, token);
    const { body, status, retryAfterMs } = await send(operation, {
      url,
      headers,
      fetch: this.#fetch,
      signal,
    });
    if (!isUsable(body)) throw errorOf(body, language, { status, retryAfterMs });
    return answerOf(body, language);
  }

  subscribe(document: AnyDocument, variables: Values, stream: SubscriptionOptions): Subscription<unknown> {
    const { url, language, transport = eventStreams(), documents } = this.#options;
    return new Subscription(stream, {
      language,
      tokens: this.#tokens,
      open: async (token, lastEventId, signal) => {
        const { variables: values, sent } = await operationOf(
          'subscription',
          document,
          variables,
          documents ?? 'text',
        );
        return transport({
          url,
          body: { variables: values, ...sent },
          token,
          purpose: stream.purpose ?? this.#options.purpose ?? null,
          headers: this.#headers(stream, token),
          lastEventId,
          language,
          fetch: this.#fetch,
          signal,
        });
      },
    });
  }

  #headers({ purpose = this.#options.purpose, headers }: CallOptions, token: string | null) {
    return {
      ...this.#options.headers,
      ...headers,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(purpose === undefined ? {} : { 'x-purpose': purpose }),
    };
  }
}

/** Codes of fields that can be requested again later: the subgraph that owns them is away or late. */
const ofService = /^(SUBGRAPH_\w+|DATABASE_\w+|OPERATION_TIMEOUT|MUTATION_OUTCOME_UNKNOWN)$/;

export function answerOf<Data>(body: ResponseBody, language: Language | undefined): Answer<Data> {
  const fieldErrors = fieldErrorsOf(body, language);
  return {
    data: body.data as Data,
    fieldErrors,
    serviceErrors: Object.fromEntries(
      fieldErrors.filter(({ code }) => ofService.test(code)).map((error) => [error.path.join('.'), error]),
    ),
    extensions: body.extensions ?? {},
  };
}
