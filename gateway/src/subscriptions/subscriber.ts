// One client's subscription: first the events it missed, then new ones, queued within bounds while the client reads.
import { setTimeout as sleep } from 'node:timers/promises';
import { isAfter } from '@district-graph/kit/mutations/change-stream';
import { ChangeStreamError, retryMs } from './change-stream-client.ts';
import { EndableGenerator } from './endable-generator.ts';
import type { SharedSubscription } from './shared-subscription.ts';
import { type Backlog, failureEvent, SubscriptionEvent, unknownCursorEvent } from './subscription-event.ts';

/** Events, and their bytes, that may be queued for a client that reads slowly; with more, it must reconnect. */
const maxQueued = 1000;
const maxQueuedBytes = 16_777_216;
/** Consecutive attempts to read missed events while the subgraph delivers new ones. */
const maxFailures = 5;

/** The queues of all streams together. */
export interface SharedBacklog {
  backlog: Backlog;
  /** Called when an event was added. */
  onMore: () => void;
}

const tooSlowEvent = failureEvent(
  'OVERLOADED',
  '读取过慢，消息已中断；请以最后的 id 重新连接。 The client reads too slowly; connect again with the last id.',
);
const expiredEvent = failureEvent(
  'UNAUTHENTICATED',
  '令牌或密钥已过期或已撤销，消息已中断；请以新令牌和最后的 id 重新连接。 The token or key has expired or was revoked; connect again with a new one and the last id.',
);
const tooOldEvent = failureEvent(
  'BAD_CURSOR',
  '此 id 之后的事件过多或过早，不再补发；请重新查询现状，再不带 Last-Event-ID（lastEventId）订阅。 Too much has changed since the event with that id, or too long ago, to be replayed: query the current state, and subscribe without Last-Event-ID (lastEventId).',
);

export class Subscriber extends EndableGenerator<SubscriptionEvent> {
  /** Called once when the client is too slow: whatever writes to it may be blocked. */
  onSlow = () => {};
  #subscription: SharedSubscription;
  #shared: SharedBacklog;
  /** The cursor of the last event that was delivered. */
  #cursor: string | null;
  #queue: SubscriptionEvent[] = [];
  #queuedBytes = 0;
  /** Whether it is still reading missed events; then new events that do not fit into the queue are read with them. */
  #isCatchingUp: boolean;
  #hasDropped = false;
  /** The event after which it ends. */
  #lastEvent: SubscriptionEvent | null = null;
  #closing = new AbortController();
  #wake = () => {};
  #leave: () => void;
  #events: AsyncGenerator<SubscriptionEvent, undefined>;

  /** Delivers the events after a cursor, or, without one, those from now on. */
  constructor(
    subscription: SharedSubscription,
    after: string | null,
    shared: SharedBacklog,
    onEnd: () => void,
  ) {
    super();
    this.#subscription = subscription;
    this.#shared = shared;
    this.#cursor = after;
    this.#isCatchingUp = after !== null;
    // It subscribes before it reads missed events: so none is lost between the two.
    const unsubscribe = subscription.subscribe((event) => this.#receive(event));
    this.#leave = () => {
      unsubscribe();
      this.#emptyQueue();
      onEnd();
      this.#leave = () => {};
    };
    this.#events = this.#allEvents();
  }

  /** Ends it because the client's token or key has expired: queued events are not delivered. */
  expire(): void {
    this.#endWith(expiredEvent);
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Drops its queue. A subscriber that is catching up reads the events again; any other ends, and its client must reconnect. */
  dropQueued(): void {
    if (this.#isCatchingUp) {
      this.#emptyQueue();
      this.#hasDropped = true;
    } else {
      this.#endWith(tooSlowEvent);
      this.onSlow();
    }
  }

  next(): Promise<IteratorResult<SubscriptionEvent, undefined>> {
    return this.#events.next();
  }

  /** Ends it, also while it waits for events. */
  async return(): Promise<IteratorResult<SubscriptionEvent, undefined>> {
    this.#closing.abort();
    this.#wake();
    this.#leave();
    return this.#events.return(undefined);
  }

  #receive(event: SubscriptionEvent): void {
    if (this.#lastEvent) return;
    if (event === unknownCursorEvent) {
      this.#endWith(event);
      return;
    }
    this.#queue.push(event);
    this.#queuedBytes += event.bytes;
    this.#shared.backlog.add(event);
    if (this.#queue.length > maxQueued || this.#queuedBytes > maxQueuedBytes) this.dropQueued();
    else this.#shared.onMore();
    this.#wake();
  }

  #shift(): SubscriptionEvent | undefined {
    const event = this.#queue.shift();
    if (!event) return undefined;
    this.#queuedBytes -= event.bytes;
    this.#shared.backlog.remove(event);
    return event;
  }

  #emptyQueue(): void {
    for (const event of this.#queue) this.#shared.backlog.remove(event);
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #endWith(lastEvent: SubscriptionEvent): void {
    this.#lastEvent ??= lastEvent;
    this.#emptyQueue();
    this.#leave();
    this.#wake();
  }

  async *#allEvents(): AsyncGenerator<SubscriptionEvent, undefined> {
    const { signal } = this.#closing;
    try {
      yield* this.#firstEvents(signal);
      while (!signal.aborted) {
        const event = this.#shift();
        if (event) {
          if (!this.#isUnseen(event)) continue;
          this.#cursor = event.cursor ?? this.#cursor;
          yield event;
        } else if (this.#lastEvent) {
          yield this.#lastEvent;
          return undefined;
        } else await this.#woken();
      }
    } finally {
      this.#leave();
    }
    return undefined;
  }

  /** The cursor at which the subscription starts or, for a client that resumes, the events it missed. */
  async *#firstEvents(signal: AbortSignal): AsyncGenerator<SubscriptionEvent> {
    const { failure } = this.#subscription;
    if (failure) yield failure;
    const start = yield* this.#untilConnected(signal);
    if (start === null) return;
    if (this.#cursor === null) yield new SubscriptionEvent(start, null);
    else yield* this.#missedEvents(this.#cursor, start, signal);
  }

  async *#missedEvents(after: string, start: string, signal: AbortSignal): AsyncGenerator<SubscriptionEvent> {
    let failures = 0;
    for (let until: string | null = start; until !== null; ) {
      this.#hasDropped = false;
      try {
        for await (const event of this.#subscription.eventsAfter(this.#cursor ?? after, until, signal)) {
          if (this.#lastEvent) return;
          failures = 0;
          this.#cursor = event.cursor ?? this.#cursor;
          yield event;
        }
      } catch (error) {
        if (signal.aborted || this.#lastEvent) return;
        if (!this.#subscription.failure) failures += 1;
        const lastEvent = this.#lastEventFor(error as Error, failures);
        if (lastEvent) return this.#endWith(lastEvent);
        this.#hasDropped = true;
        await sleep(retryMs, undefined, { signal }).catch(() => {});
        // The shared subscription has reported that the subgraph is unavailable.
        while (this.#queue[0]?.cursor === null) yield this.#shift() as SubscriptionEvent;
      }
      const readsAgain = this.#hasDropped && !signal.aborted && !this.#lastEvent;
      until = readsAgain ? await this.#subscription.currentCursor() : null;
    }
    this.#isCatchingUp = false;
  }

  /** The event that ends it when missed events cannot be read; null when another attempt may succeed. */
  #lastEventFor(error: Error, failures: number): SubscriptionEvent | null {
    const status = error instanceof ChangeStreamError ? error.status : undefined;
    if (status === 410) return tooOldEvent;
    if (status === 400) return unknownCursorEvent;
    return failures < maxFailures ? null : this.#subscription.replayFailed(error);
  }

  /** Returns the cursor of the subscription once the subgraph is connected; until then, yields its failures. */
  async *#untilConnected(signal: AbortSignal): AsyncGenerator<SubscriptionEvent, string | null> {
    let cursor: string | null | undefined;
    void this.#subscription.currentCursor().then((current) => {
      cursor = current;
      this.#wake();
    });
    while (cursor === undefined && !signal.aborted && !this.#lastEvent) {
      if (this.#queue[0]?.cursor === null) yield this.#shift() as SubscriptionEvent;
      else await this.#woken();
    }
    return cursor ?? null;
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #isUnseen({ cursor }: SubscriptionEvent): boolean {
    return cursor === null || this.#cursor === null || isAfter(cursor, this.#cursor);
  }
}
