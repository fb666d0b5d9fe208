// A subscription as an async iterator that reconnects by itself and resumes after the last event, so that nothing is missed or repeated.
import {
  errorOf,
  type FieldError,
  fieldErrorsOf,
  GraphError,
  type Language,
  type ResponseBody,
} from './errors.ts';
import type { Purpose } from './generated/purposes.ts';
import { pause, pauseMs } from './retry.ts';
import type { Tokens } from './tokens.ts';

/** What a transport needs to open one stream. */
export interface StreamRequest {
  url: string;
  body: Record<string, unknown>;
  token: string | null;
  purpose: Purpose | null;
  headers: Record<string, string>;
  /** The id of the last event that was received; null to start from now on. */
  lastEventId: string | null;
  language: Language | undefined;
  fetch: typeof fetch;
  signal: AbortSignal;
}

/** A message of a stream: that it is open, with the position at which it starts if that is known; or a result. */
export interface StreamMessage {
  id: string | null;
  result: ResponseBody | null;
}

/**
 * Opens a stream. It ends when the connection ends, for whatever reason; it throws a GraphError that says why the stream was not opened, or
 * broke.
 */
export type SubscriptionTransport = (request: StreamRequest) => AsyncIterable<StreamMessage>;

export interface SubscriptionState {
  /**
   * `connecting` until the first stream is open; `live` while events arrive as they happen; `behind` while more of them wait than are taken;
   * `reconnecting` while the connection, or the subgraph behind it, is away; `closed` at the end.
   */
  status: 'connecting' | 'live' | 'behind' | 'reconnecting' | 'closed';
  /** The number of events that wait to be taken. */
  waiting: number;
  /** Why it is reconnecting. */
  error: GraphError | null;
}

export interface SubscriptionOptions {
  signal?: AbortSignal;
  purpose?: Purpose;
  headers?: Record<string, string>;
  /** Resumes after this event, such as that of an earlier visit of the page. */
  lastEventId?: string;
  onState?: (state: SubscriptionState) => void;
  /**
   * Called when events were missed that the graph no longer has, once new ones arrive again: read the current state. Without it the
   * iterator throws the GraphError `BAD_CURSOR` instead.
   */
  onGap?: () => void | Promise<void>;
}

export interface SubscriptionEvent<Data> {
  /** The position to resume after; null for an event without one. */
  id: string | null;
  /** Null if the changed record could not be read; `fieldErrors` say why. */
  data: Data | null;
  fieldErrors: readonly FieldError[];
}

interface Stream {
  tokens: Tokens;
  language: Language | undefined;
  open: (
    token: string | null,
    lastEventId: string | null,
    signal: AbortSignal,
  ) => Promise<AsyncIterable<StreamMessage>>;
}

/** So many events may wait before the subscription is behind, and before no more are read. */
const behindFrom = 16;
const maxWaiting = 1000;
/** A stream that opens while the subgraph is away reports that within this time. */
const settleMs = 1000;
/** The stream is to be opened again, after the last event. */
const reopening =
  /^(NETWORK_ERROR|BAD_RESPONSE|TIMEOUT|RATE_LIMITED|TOO_MANY_AT_ONCE|OVERLOADED|SHUTTING_DOWN|SUBGRAPH_\w+|DATABASE_\w+|INTERNAL_SERVER_ERROR)$/;

export class Subscription<Data> implements AsyncIterableIterator<SubscriptionEvent<Data>> {
  #options: SubscriptionOptions;
  #stream: Stream;
  #events: SubscriptionEvent<Data>[] = [];
  #closing = new AbortController();
  #failure: unknown;
  #hasFailed = false;
  #wake: (() => void)[] = [];
  #state: SubscriptionState = { status: 'connecting', waiting: 0, error: null };
  #lastEventId: string | null;
  #hasGap = false;
  #failures = 0;
  #isRenewed = false;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SubscriptionOptions, stream: Stream) {
    this.#options = options;
    this.#stream = stream;
    this.#lastEventId = options.lastEventId ?? null;
    const { signal } = options;
    if (signal?.aborted) this.#fail(signal.reason);
    else signal?.addEventListener('abort', () => this.#fail(signal.reason), { once: true });
    void this.#run();
  }

  get state(): SubscriptionState {
    return this.#state;
  }

  /** The id of the last event that was taken, to resume after it later. */
  get lastEventId(): string | null {
    return this.#taken ?? this.#options.lastEventId ?? null;
  }
  #taken: string | null = null;

  async next(): Promise<IteratorResult<SubscriptionEvent<Data>, undefined>> {
    for (;;) {
      const event = this.#events.shift();
      if (event) {
        if (this.#events.length === 0 || this.#events.length === maxWaiting - 1) this.#notify();
        this.#taken = event.id ?? this.#taken;
        this.#updateWaiting();
        return { done: false, value: event };
      }
      if (this.#hasFailed) {
        this.#hasFailed = false;
        throw this.#failure;
      }
      if (this.#closing.signal.aborted) return { done: true, value: undefined };
      await this.#changed();
    }
  }

  async return(): Promise<IteratorResult<SubscriptionEvent<Data>, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Ends the subscription; events that were not taken are dropped. */
  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#events = [];
    this.#end();
  }

  #fail(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    this.#failure = error;
    this.#hasFailed = true;
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#settling);
    this.#closing.abort();
    this.#setState('closed', null);
    this.#notify();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      let error: GraphError | null = null;
      try {
        error = await this.#readOnce(signal);
      } catch (thrown) {
        if (signal.aborted) return;
        if (!(thrown instanceof GraphError) || !this.#mayReopen(thrown)) return this.#fail(thrown);
        error = thrown;
      }
      if (signal.aborted) return;
      clearTimeout(this.#settling);
      this.#setState('reconnecting', error);
      // A new token, or a new start after a gap, needs no pause.
      if (error && /^(UNAUTHENTICATED|BAD_CURSOR)$/.test(error.code) && this.#failures === 0) continue;
      await pause(pauseMs(error, this.#failures), signal).catch(() => {});
      this.#failures += 1;
    }
  }

  /** Reads one stream to its end. Resolves to the error that ended it, or null; throws what must not be tried again. */
  async #readOnce(signal: AbortSignal): Promise<GraphError | null> {
    const { tokens, open } = this.#stream;
    const token =
      this.#state.error?.code === 'UNAUTHENTICATED'
        ? await tokens.renewed(this.#token)
        : await tokens.current();
    this.#token = token;
    const ending = new AbortController();
    try {
      const messages = await open(token, this.#lastEventId, AbortSignal.any([signal, ending.signal]));
      for await (const { id, result } of messages) {
        if (signal.aborted) return null;
        const error = result && this.#receive(result, id);
        if (error) return error;
        this.#lastEventId = id ?? this.#lastEventId;
        if (!result) await this.#opened();
        while (this.#events.length >= maxWaiting && !signal.aborted) await this.#changed();
      }
      return null;
    } finally {
      ending.abort();
    }
  }
  #token: string | null = null;

  /** Queues a result; returns the error of the stream instead if it is one that ends it. */
  #receive(result: ResponseBody, id: string | null): GraphError | null {
    const { language } = this.#stream;
    if (!result.data && id === null) {
      const error = errorOf(result, language);
      if (!this.#mayReopen(error)) throw error;
      return error;
    }
    this.#opened();
    this.#events.push({
      id,
      data: (result.data as Data | undefined) ?? null,
      fieldErrors: fieldErrorsOf(result, language),
    });
    this.#notify();
    this.#updateWaiting();
    return null;
  }

  /** Whether the stream is opened again after the error, possibly after a gap or with a new token. */
  #mayReopen(error: GraphError): boolean {
    if (error.code === 'UNAUTHENTICATED') {
      const isFirst = this.#stream.tokens.isRenewable && !this.#isRenewed;
      this.#isRenewed = true;
      return isFirst;
    }
    if (error.code === 'BAD_CURSOR') {
      if (!this.#options.onGap || this.#lastEventId === null) return false;
      this.#lastEventId = null;
      this.#hasGap = true;
      return true;
    }
    return reopening.test(error.code);
  }

  async #opened(): Promise<void> {
    this.#isRenewed = false;
    const wasAway = this.#state.error?.code.startsWith('SUBGRAPH_');
    const settle = () => {
      this.#failures = 0;
      this.#setState('live', null);
    };
    clearTimeout(this.#settling);
    if (wasAway) this.#settling = setTimeout(settle, settleMs);
    else settle();
    if (!this.#hasGap) return;
    this.#hasGap = false;
    try {
      await this.#options.onGap?.();
    } catch (error) {
      this.#fail(error);
    }
  }

  #updateWaiting(): void {
    const { status } = this.#state;
    const waiting = this.#events.length;
    if (status === 'live' && waiting >= behindFrom) this.#setState('behind', null);
    else if (status === 'behind') this.#setState(waiting === 0 ? 'live' : 'behind', null);
  }

  #setState(status: SubscriptionState['status'], error: GraphError | null): void {
    const waiting = this.#events.length;
    const before = this.#state;
    if (before.status === status && before.error === error && before.waiting === waiting) return;
    this.#state = { status, waiting, error };
    this.#options.onState?.(this.#state);
  }

  #changed(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake.push(resolve);
    });
  }

  #notify(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
