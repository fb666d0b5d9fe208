// A subscription that is executed once for each event, for all subscribers of one viewer with the same operation.
import { setTimeout as sleep } from 'node:timers/promises';
import { isInside } from '@district-graph/kit/divisions/divisions';
import { errorCodes } from '@district-graph/kit/errors';
import type { Log } from '@district-graph/kit/log';
import { type ChangeEvent, isAfter } from '@district-graph/kit/mutations/change-stream';
import type { Subscription } from '../engine/subscription.ts';
import { type ChangeStreamClient, retryMs } from './change-stream-client.ts';
import { failureEvent, SubscriptionEvent, unknownCursorEvent } from './subscription-event.ts';

/** Changes that may wait for execution; further changes are read again from the subgraph afterwards. */
const maxPending = 1000;
/** Replayed changes that do not match the subscription and together count as one operation. */
const skippedPerOperation = 100;
/** Changes that are executed at a time; their events are delivered in order. */
const executedAtOnce = 16;

type OnEvent = (event: SubscriptionEvent) => void;

export interface SharedSubscriptionOptions {
  source: ChangeStreamClient;
  subscription: Subscription;
  /** Executes the operation for one changed entity; resolves to the answer as JSON. Aborted by the signal. */
  execute: (entityId: string, signal: AbortSignal) => Promise<Buffer>;
  /** Counts one operation of the viewer; waits while the viewer may not run any more. */
  charge: (signal: AbortSignal) => Promise<void>;
  log: Log;
}

export class SharedSubscription {
  #options: SharedSubscriptionOptions;
  #subscribers = new Set<OnEvent>();
  #pending: ChangeEvent[] = [];
  #isBehind = false;
  /** The cursor of the last event that was delivered. */
  #cursor: string | null = null;
  #firstCursor: Promise<string | null> = Promise.resolve(null);
  #ending = new AbortController();
  #wake = () => {};
  #unsubscribe: (() => void) | null = null;

  constructor(options: SharedSubscriptionOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#subscribers.size === 0;
  }

  /** Delivers all events after `currentCursor()` until the returned function is called. */
  subscribe(onEvent: OnEvent): () => void {
    this.#subscribers.add(onEvent);
    if (!this.#unsubscribe) {
      const { source } = this.#options;
      this.#unsubscribe = source.subscribe({
        onChange: (change) => this.#receive(change),
        onDisconnected: () => this.#deliver(this.#disconnectedEvent()),
        onReset: () => {
          this.#cursor = null;
          this.#pending = [];
          this.#isBehind = false;
          this.#firstCursor = source.currentCursor();
          this.#deliver(unknownCursorEvent);
        },
      });
      this.#firstCursor = source.currentCursor();
      this.#run().catch((error: Error) =>
        this.#options.log({ event: 'subscription failed', error: error.stack }),
      );
    }
    return () => {
      this.#subscribers.delete(onEvent);
      if (this.isEmpty) this.#end();
    };
  }

  /** The event that reports its current failure; null when there is none. */
  get failure(): SubscriptionEvent | null {
    return this.#options.source.isDisconnected ? this.#disconnectedEvent() : null;
  }

  /** The cursor of the last event, once the subgraph is connected; null once the subscription has ended. */
  async currentCursor(): Promise<string | null> {
    return this.#cursor ?? (await this.#firstCursor);
  }

  /**
   * The events after a cursor, up to `until` or to all that exist by now. Rejects when the subgraph is unavailable, or as
   * `ChangeStreamClient.changesAfter` does.
   */
  async *eventsAfter(after: string, until: string, signal: AbortSignal): AsyncGenerator<SubscriptionEvent> {
    const { source, charge } = this.#options;
    let skipped = 0;
    for await (const change of source.changesAfter(after, signal, true)) {
      if (isAfter(change.cursor, until)) return;
      if (this.#matches(change)) yield await this.#eventFor(change, signal);
      else {
        skipped += 1;
        if (skipped % skippedPerOperation === 0) await charge(signal);
      }
    }
  }

  /** The event for a subscriber whose missed events cannot be read. */
  replayFailed(error: Error): SubscriptionEvent {
    const { source, log } = this.#options;
    log({ event: 'replay failed', subgraph: source.name, error: error.message });
    return this.#disconnectedEvent();
  }

  #matches({ entityType, divisionCode, isOfStatus }: ChangeEvent): boolean {
    const { entityTypes, within, isOfStatusChanges } = this.#options.subscription;
    return (
      entityTypes.has(entityType) && isInside(divisionCode, within) && (isOfStatus || !isOfStatusChanges)
    );
  }

  #receive(change: ChangeEvent): void {
    if (!this.#matches(change)) return;
    if (this.#pending.length >= maxPending) this.#isBehind = true;
    // Changes after a gap are read again together with it.
    if (this.#isBehind) return;
    this.#pending.push(change);
    this.#wake();
  }

  async #run(): Promise<void> {
    for await (const changes of this.#changes()) {
      const unseen = changes.filter(({ cursor }) => this.#cursor === null || isAfter(cursor, this.#cursor));
      const { signal } = this.#ending;
      for (const event of await Promise.all(unseen.map((change) => this.#eventFor(change, signal)))) {
        if (signal.aborted) return;
        this.#cursor = event.cursor;
        this.#deliver(event);
      }
    }
  }

  async *#changes(): AsyncGenerator<ChangeEvent[]> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      if (this.#pending.length) yield this.#pending.splice(0, executedAtOnce);
      else if (this.#isBehind && this.#cursor !== null) yield* this.#missedChanges(this.#cursor, signal);
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  /** The changes that did not fit into the queue, from the subgraph; new changes are queued meanwhile. */
  async *#missedChanges(cursor: string, signal: AbortSignal): AsyncGenerator<ChangeEvent[]> {
    this.#isBehind = false;
    try {
      for await (const change of this.#options.source.changesAfter(cursor, signal))
        if (this.#matches(change)) yield [change];
    } catch (error) {
      if (signal.aborted) return;
      this.#options.log({ event: 'missed changes not read', error: (error as Error).message });
      this.#isBehind = true;
      this.#pending = [];
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
  }

  /** A change whose execution fails becomes an error event with its cursor, and the subscription continues. */
  async #eventFor({ cursor, entityId }: ChangeEvent, signal: AbortSignal): Promise<SubscriptionEvent> {
    try {
      return new SubscriptionEvent(cursor, await this.#options.execute(entityId, signal));
    } catch (error) {
      const { log } = this.#options;
      if (!signal.aborted) log({ event: 'subscription event failed', error: (error as Error).stack });
      return failureEvent('INTERNAL_SERVER_ERROR', errorCodes.INTERNAL_SERVER_ERROR, {}, cursor);
    }
  }

  #deliver(event: SubscriptionEvent): void {
    for (const onEvent of this.#subscribers) onEvent(event);
  }

  #disconnectedEvent(): SubscriptionEvent {
    return failureEvent(
      'SUBGRAPH_UNAVAILABLE',
      '子图暂时无法访问；恢复后将补发期间的变更。 The subgraph cannot be reached at the moment; changes made meanwhile are sent once it is back.',
      { service: this.#options.source.name },
    );
  }

  #end(): void {
    this.#unsubscribe?.();
    this.#ending.abort();
    this.#wake();
  }
}
