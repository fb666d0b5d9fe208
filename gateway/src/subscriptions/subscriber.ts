// One client's subscription: what it missed, then what comes, as fast as it reads and no further ahead than is bounded.
import { setTimeout as sleep } from 'node:timers/promises';
import { isAfter } from '@district-graph/kit/mutations/change-stream';
import { ChangeStreamError, retryMs } from './change-stream-client.ts';
import { EndableGenerator } from './endable-generator.ts';
import type { SharedSubscription } from './shared-subscription.ts';
import { type Backlog, failureEvent, SubscriptionEvent, unknownCursorEvent } from './subscription-event.ts';

/** News that may wait for one stream whose client reads slowly, and their bytes; of more, it is told to come back. */
const maxWaiting = 1000;
const maxWaitingBytes = 16_777_216;
/** How often in a row what was missed is asked for in vain, while the subgraph tells what comes. */
const maxFailures = 5;

/** The streams together: what waits for them, and who is told when there is more of it. */
export interface SharedBacklog {
  backlog: Backlog;
  onMore: () => void;
}

const slowNews = failureEvent(
  'OVERLOADED',
  '读取过慢，消息已中断；请以最后的 id 重新连接。 The client reads too slowly; connect again with the last id.',
);
const endedNews = failureEvent(
  'UNAUTHENTICATED',
  '令牌或密钥已过期或已撤销，消息已中断；请以新令牌和最后的 id 重新连接。 The token or key has expired or was revoked; connect again with a new one and the last id.',
);

const tooOldNews = failureEvent(
  'BAD_CURSOR',
  '此 id 之后的事件过多或过早，不再补发；请重新查询现状，再不带 Last-Event-ID（lastEventId）订阅。 Too much has changed since the event of that id, or too long ago, to be told again: read what there is now, and subscribe without Last-Event-ID (lastEventId).',
);
export class Subscriber extends EndableGenerator<SubscriptionEvent> {
  /** Called once when it is too slow: whoever writes to the client may be waiting for it. */
  onSlow = () => {};
  #feed: SharedSubscription;
  #shared: SharedBacklog;
  #last: string | null;
  #waiting: SubscriptionEvent[] = [];
  #waitingBytes = 0;
  /** Whether it reads what it missed: what comes meanwhile and is too much is read with it. */
  #isCatchingUp: boolean;
  #hasPassedOver = false;
  /** What it is told before it ends. */
  #farewell: SubscriptionEvent | null = null;
  #closing = new AbortController();
  #wake = () => {};
  #leave: () => void;
  #all: AsyncGenerator<SubscriptionEvent, undefined>;

  /** News after a cursor, or from now on. */
  constructor(feed: SharedSubscription, after: string | null, shared: SharedBacklog, onEnd: () => void) {
    super();
    this.#feed = feed;
    this.#shared = shared;
    this.#last = after;
    this.#isCatchingUp = after !== null;
    // It listens before what it missed is read: between the two there is no gap.
    const leave = feed.subscribe((news) => this.#hear(news));
    this.#leave = () => {
      leave();
      this.#empty();
      onEnd();
      this.#leave = () => {};
    };
    this.#all = this.#news();
  }

  /** Ends it once who listens may not any more: what waits is not told. */
  expire(): void {
    this.#end(endedNews);
  }

  /** The bytes that wait for its client. */
  get queuedBytes(): number {
    return this.#waitingBytes;
  }

  /** Gives up what waits: one that reads what it missed reads this with it, any other is told to come back. */
  dropQueued(): void {
    if (this.#isCatchingUp) {
      this.#empty();
      this.#hasPassedOver = true;
    } else {
      this.#end(slowNews);
      this.onSlow();
    }
  }

  next(): Promise<IteratorResult<SubscriptionEvent, undefined>> {
    return this.#all.next();
  }

  /** Ends it, also while it waits for news. */
  async return(): Promise<IteratorResult<SubscriptionEvent, undefined>> {
    this.#closing.abort();
    this.#wake();
    this.#leave();
    return this.#all.return(undefined);
  }

  #hear(news: SubscriptionEvent): void {
    if (this.#farewell) return;
    if (news === unknownCursorEvent) {
      this.#end(news);
      return;
    }
    this.#waiting.push(news);
    this.#waitingBytes += news.bytes;
    this.#shared.backlog.add(news);
    if (this.#waiting.length > maxWaiting || this.#waitingBytes > maxWaitingBytes) this.dropQueued();
    else this.#shared.onMore();
    this.#wake();
  }

  #take(): SubscriptionEvent | undefined {
    const news = this.#waiting.shift();
    if (!news) return undefined;
    this.#waitingBytes -= news.bytes;
    this.#shared.backlog.remove(news);
    return news;
  }

  #empty(): void {
    for (const news of this.#waiting) this.#shared.backlog.remove(news);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #end(farewell: SubscriptionEvent): void {
    this.#farewell ??= farewell;
    this.#empty();
    this.#leave();
    this.#wake();
  }

  async *#news(): AsyncGenerator<SubscriptionEvent, undefined> {
    const { signal } = this.#closing;
    try {
      yield* this.#missed(signal);
      while (!signal.aborted) {
        const news = this.#take();
        if (news) {
          if (!this.#isNew(news)) continue;
          this.#last = news.cursor ?? this.#last;
          yield news;
        } else if (this.#farewell) {
          yield this.#farewell;
          return undefined;
        } else await this.#woken();
      }
    } finally {
      this.#leave();
    }
    return undefined;
  }

  /** Where it begins; then, for who comes back, what came since. */
  async *#missed(signal: AbortSignal): AsyncGenerator<SubscriptionEvent> {
    const { failure: trouble } = this.#feed;
    if (trouble) yield trouble;
    const begin = yield* this.#reached(signal);
    if (begin === null) return;
    if (this.#last === null) {
      yield new SubscriptionEvent(begin, null);
      return;
    }
    let failures = 0;
    for (let until: string | null = begin; until !== null; ) {
      this.#hasPassedOver = false;
      try {
        for await (const news of this.#feed.eventsAfter(this.#last, until, signal)) {
          if (this.#farewell) return;
          failures = 0;
          this.#last = news.cursor ?? this.#last;
          yield news;
        }
      } catch (error) {
        if (signal.aborted || this.#farewell) return;
        if (!this.#feed.failure) failures += 1;
        const farewell = this.#reasonToEnd(error as Error, failures);
        if (farewell) return this.#end(farewell);
        this.#hasPassedOver = true;
        await sleep(retryMs, undefined, { signal }).catch(() => {});
        // That it is away, told by whoever follows it.
        while (this.#waiting[0]?.cursor === null) yield this.#take() as SubscriptionEvent;
      }
      until =
        this.#hasPassedOver && !signal.aborted && !this.#farewell ? await this.#feed.currentCursor() : null;
    }
    this.#isCatchingUp = false;
  }

  /** What ends it when what it missed cannot be read; null where that may yet be. */
  #reasonToEnd(error: Error, failures: number): SubscriptionEvent | null {
    const status = error instanceof ChangeStreamError ? error.status : undefined;
    if (status === 410) return tooOldNews;
    if (status === 400) return unknownCursorEvent;
    return failures < maxFailures ? null : this.#feed.replayFailed(error);
  }

  /** Where the feed stands, once the subgraph was reached; until then, that it was not is told. */
  async *#reached(signal: AbortSignal): AsyncGenerator<SubscriptionEvent, string | null> {
    let position: string | null | undefined;
    void this.#feed.currentCursor().then((known) => {
      position = known;
      this.#wake();
    });
    while (position === undefined && !signal.aborted && !this.#farewell) {
      if (this.#waiting[0]?.cursor === null) yield this.#take() as SubscriptionEvent;
      else await this.#woken();
    }
    return position ?? null;
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #isNew({ cursor }: SubscriptionEvent): boolean {
    return cursor === null || this.#last === null || isAfter(cursor, this.#last);
  }
}
