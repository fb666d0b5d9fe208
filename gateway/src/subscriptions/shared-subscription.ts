// One subscription of one viewer, run once for each event, however many listen to it.
import { setTimeout as sleep } from 'node:timers/promises';
import { isInside } from '@district-graph/kit/divisions/divisions';
import { errorCodes } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import { type ChangeEvent, isAfter } from '@district-graph/kit/mutations/change-stream';
import type { Subscription } from '../execution/subscription.ts';
import { type ChangeStreamClient, retryMs } from './change-stream-client.ts';
import { failureEvent, SubscriptionEvent, unknownCursorEvent } from './subscription-event.ts';

/** Events that may wait to be run; of more, the rest is read again from the subgraph when these are done. */
const maxPending = 1000;
/** Missed events that are passed over and together count as one operation. */
const passedOverForOne = 100;
/** Events that are run at once; they are told in their order. */
const atOnce = 16;

export interface SharedSubscriptionOptions {
  source: ChangeStreamClient;
  subscription: Subscription;
  /** The answer for one changed entity, as JSON; given up when the signal comes. */
  read: (entityId: string, signal: AbortSignal) => Promise<Buffer>;
  /** Counts what is done as one operation of the viewer's; waits where they may have no more of them. */
  charge: (signal: AbortSignal) => Promise<void>;
  log: Log;
}

export class SharedSubscription {
  #options: SharedSubscriptionOptions;
  #members = new Set<(news: SubscriptionEvent) => void>();
  #pending: ChangeEvent[] = [];
  #isBehind = false;
  /** The last event that was told. */
  #cursor: string | null = null;
  #begin: Promise<string | null> = Promise.resolve(null);
  #ending = new AbortController();
  #wake = () => {};
  #unfollow: (() => void) | null = null;

  constructor(options: SharedSubscriptionOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** Calls back with all news that stand after `position()`, until the function that is returned is called. */
  subscribe(member: (news: SubscriptionEvent) => void): () => void {
    this.#members.add(member);
    if (!this.#unfollow) {
      const { source } = this.#options;
      this.#unfollow = source.subscribe({
        onChange: (event) => this.#hear(event),
        onDisconnected: () => this.#tell(this.#lostNews()),
        onReset: () => {
          this.#cursor = null;
          this.#pending = [];
          this.#isBehind = false;
          this.#begin = source.currentCursor();
          this.#tell(unknownCursorEvent);
        },
      });
      this.#begin = source.currentCursor();
      this.#run().catch((error: Error) => this.#options.log({ event: 'feed failed', error: error.stack }));
    }
    return () => {
      this.#members.delete(member);
      if (this.isEmpty) this.#end();
    };
  }

  /** What is wrong with it right now, if anything is. */
  get failure(): SubscriptionEvent | null {
    return this.#options.source.isDisconnected ? this.#lostNews() : null;
  }

  /** Where it stands; waits for the subgraph. Null once it has ended. */
  async currentCursor(): Promise<string | null> {
    return this.#cursor ?? (await this.#begin);
  }

  /**
   * The news after a cursor, up to where the feed stands or all there are by now. Rejects when the subgraph is away, or as
   * `ChangeSource.since` does.
   */
  async *eventsAfter(after: string, until: string, signal: AbortSignal): AsyncGenerator<SubscriptionEvent> {
    const { source, charge } = this.#options;
    let passedOver = 0;
    for await (const event of source.changesAfter(after, signal, true)) {
      if (isAfter(event.cursor, until)) return;
      if (this.#isFor(event)) yield await this.#newsOf(event, signal);
      else {
        passedOver += 1;
        if (passedOver % passedOverForOne === 0) await charge(signal);
      }
    }
  }

  /** What is told to one who cannot be told what they missed. */
  replayFailed(error: Error): SubscriptionEvent {
    const { source, log } = this.#options;
    log({ event: 'missed changes not read', subgraph: source.name, error: error.message });
    return this.#lostNews();
  }

  #isFor({ entityType, divisionCode, isOfStatus }: ChangeEvent): boolean {
    const { entityTypes, within, isOfStatus: onlyStatus } = this.#options.subscription;
    return entityTypes.has(entityType) && isInside(divisionCode, within) && (isOfStatus || !onlyStatus);
  }

  #hear(event: ChangeEvent): void {
    if (!this.#isFor(event)) return;
    if (this.#pending.length >= maxPending) this.#isBehind = true;
    // What comes after a gap is read again with it.
    if (this.#isBehind) return;
    this.#pending.push(event);
    this.#wake();
  }

  async #run(): Promise<void> {
    for await (const events of this.#events()) {
      const fresh = events.filter(({ cursor }) => this.#cursor === null || isAfter(cursor, this.#cursor));
      const { signal } = this.#ending;
      for (const news of await Promise.all(fresh.map((event) => this.#newsOf(event, signal)))) {
        if (signal.aborted) return;
        this.#cursor = news.cursor;
        this.#tell(news);
      }
    }
  }

  async *#events(): AsyncGenerator<ChangeEvent[]> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      if (this.#pending.length) yield this.#pending.splice(0, atOnce);
      else if (this.#isBehind && this.#cursor !== null) yield* this.#missed(this.#cursor, signal);
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  /** What was passed over, from the subgraph; what comes while it is read waits as usual. */
  async *#missed(cursor: string, signal: AbortSignal): AsyncGenerator<ChangeEvent[]> {
    this.#isBehind = false;
    try {
      for await (const event of this.#options.source.changesAfter(cursor, signal))
        if (this.#isFor(event)) yield [event];
    } catch (error) {
      if (signal.aborted) return;
      this.#options.log({ event: 'changes not read again', error: (error as Error).message });
      this.#isBehind = true;
      this.#pending = [];
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
  }

  /** What cannot be read is told as such, under its cursor: the stream goes on, and so does the feed. */
  async #newsOf({ cursor, entityId }: ChangeEvent, signal: AbortSignal): Promise<SubscriptionEvent> {
    try {
      return new SubscriptionEvent(cursor, await this.#options.read(entityId, signal));
    } catch (error) {
      const { log } = this.#options;
      if (!signal.aborted) log({ event: 'change not read', error: (error as Error).stack });
      return failureEvent('INTERNAL_SERVER_ERROR', errorCodes.INTERNAL_SERVER_ERROR, {}, cursor);
    }
  }

  #tell(news: SubscriptionEvent): void {
    for (const member of this.#members) member(news);
  }

  #lostNews(): SubscriptionEvent {
    return failureEvent(
      'SUBGRAPH_UNAVAILABLE',
      '子图暂时无法访问；恢复后将补发期间的变更。 The subgraph cannot be reached at the moment; what changes meanwhile is told once it is back.',
      { service: this.#options.source.name },
    );
  }

  #end(): void {
    this.#unfollow?.();
    this.#ending.abort();
    this.#wake();
  }
}
