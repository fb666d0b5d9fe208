// Subscriptions, however they are heard: each change as the client's operation sees it, bounded in number.
import { setTimeout as sleep } from 'node:timers/promises';
import { EventLoopScheduler } from '@district-graph/kit/admission/event-loop-scheduler';
import type { ErrorCode } from '@district-graph/kit/errors';
import { HttpError } from '@district-graph/kit/http/graphql-request';
import type { Log } from '@district-graph/kit/log';
import { isCursor } from '@district-graph/kit/mutations/change-stream';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import type { Release } from '../admission/concurrency-limiter.ts';
import type { ClientRequest } from '../admission/viewer-key.ts';
import type { Engine } from '../execution/engine.ts';
import type { CountedRequestContext, RequestContext } from '../execution/request-context.ts';
import type { Subscription } from '../execution/subscription.ts';
import { missingScopeError } from '../planning/field-authorization.ts';
import { ChangeStreamClient, type ChangeStreamEndpoint } from './change-stream-client.ts';
import { SharedSubscription } from './shared-subscription.ts';
import { type SharedBacklog, Subscriber } from './subscriber.ts';
import { Backlog } from './subscription-event.ts';

export interface SubscriptionManagerOptions {
  engine: () => Engine;
  endpointOf: (subgraph: string) => ChangeStreamEndpoint | null;
  /** Who asks, and how the subgraphs are called for them. */
  authenticate: (asking: ClientRequest, operation: GraphQLOperation) => Promise<CountedRequestContext>;
  /** Runs an operation for a caller, in their turn. */
  answer: (operation: GraphQLOperation, caller: CountedRequestContext) => Promise<GraphQLAnswer>;
  maxStreams: number;
  /** Counts a stream of who asks until it ends; rejects with an HttpError where they have too many. */
  hold: (asking: ClientRequest) => Promise<Release>;
  log: Log;
}

/** How soon a stream ends after the token or key that it was opened with does. */
const lookAtCallersMs = 1000;

/** Bytes that may wait for all streams together; of more, the one for which most waits gives up its own. */
const maxBacklogBytes = 67_108_864;

/** Reads that wait for their turn: an event is read once for each stream at most. */
const maxReads = { maxOfClient: 10_000, max: 100_000 };

/** Headers that are of the one request that began a stream, not of what is read for it later. */
const ofOneRequest = ['x-request-id', 'traceparent', 'tracestate'];

export class SubscriptionManager {
  #options: SubscriptionManagerOptions;
  #sources = new Map<string, ChangeStreamClient>();
  #feeds = new Map<string, SharedSubscription>();
  #turns = new EventLoopScheduler(maxReads);
  /** With those who may not listen for ever. */
  #listeners = new Map<Subscriber, RequestContext>();
  #looking: NodeJS.Timeout;
  #shared: SharedBacklog = { backlog: new Backlog(), onMore: () => this.#bound() };

  constructor(options: SubscriptionManagerOptions) {
    this.#options = options;
    this.#looking = setInterval(() => this.#dismissEnded(), lookAtCallersMs).unref();
  }

  /**
   * Subscribes, from now on or from after the event of that id. Rejects with OperationError for what is no valid subscription, and
   * with an HttpError for an id that is none, or when there are too many streams.
   */
  async subscribe(
    operation: GraphQLOperation,
    asking: ClientRequest,
    lastEventId: unknown,
  ): Promise<Subscriber> {
    const after = lastEventId === undefined || lastEventId === null ? null : lastEventId;
    if (after !== null && (typeof after !== 'string' || !isCursor(after)))
      throw new HttpError(
        400,
        'BAD_CURSOR',
        'Last-Event-ID（lastEventId）应为此前收到的事件 id；不带它则从现在开始。 Expected the id of an event that was received as Last-Event-ID (lastEventId); leave it out to begin from now on.',
        true,
      );
    const caller = await this.#callerOf(asking, operation);
    const subscription = await this.#options.engine().subscription(operation, caller.requester);
    const lacking = lackOf(subscription, caller);
    if (lacking !== null) {
      const { reportRefused: refused } = await this.#options.authenticate(asking, operation);
      refused?.(subscription.name, [subscription]);
      throw new HttpError(403, 'FORBIDDEN', lacking, true);
    }
    const leave = await this.#options.hold(asking);
    if (this.#listeners.size >= this.#options.maxStreams) {
      leave();
      throw tooManyStreams();
    }
    const feed = this.#feed(operation, subscription, caller);
    const listener = new Subscriber(feed, after, this.#shared, () => {
      leave();
      this.#listeners.delete(listener);
    });
    this.#listeners.set(listener, caller);
    return listener;
  }

  #bound(): void {
    const { backlog } = this.#shared;
    while (backlog.bytes > maxBacklogBytes) {
      const [first, ...others] = this.#listeners.keys();
      if (!first) return;
      others.reduce((most, each) => (each.queuedBytes > most.queuedBytes ? each : most), first).dropQueued();
    }
  }

  #dismissEnded(): void {
    for (const [listener, { hasEnded }] of this.#listeners) if (hasEnded?.()) listener.expire();
  }

  close(): void {
    clearInterval(this.#looking);
    for (const source of this.#sources.values()) source.close();
  }

  #callerOf(asking: ClientRequest, operation: GraphQLOperation): Promise<CountedRequestContext> {
    const lasting = Object.fromEntries(
      Object.entries(asking.headers).filter(([name]) => !ofOneRequest.includes(name)),
    );
    return this.#options.authenticate({ ...asking, headers: lasting }, operation);
  }

  #feed(
    operation: GraphQLOperation,
    subscription: Subscription,
    caller: CountedRequestContext,
  ): SharedSubscription {
    const key =
      caller.viewer === null
        ? null
        : [
            operation.query,
            operation.operationName,
            JSON.stringify(operation.exactVariables ?? operation.variables),
            caller.viewer,
            // Strangers from elsewhere have their own turn, and their own rate.
            caller.requester.key,
          ]
            .map((part) => part ?? '')
            .join('\n');
    const kept = key === null ? undefined : this.#feeds.get(key);
    if (kept && !kept.isEmpty) return kept;
    if (this.#feeds.size > 2 * this.#listeners.size)
      for (const [each, feed] of this.#feeds) if (feed.isEmpty) this.#feeds.delete(each);
    // What is withheld goes on record once, not with each event.
    let isRefused = false;
    const asking: CountedRequestContext = {
      ...caller,
      reportRefused: (...what) => {
        if (!isRefused) caller.reportRefused?.(...what);
        isRefused = true;
      },
    };
    const feed = new SharedSubscription({
      source: this.#source(subscription.subgraph),
      subscription,
      read: (entityId, signal) => this.#read(operation, subscription, entityId, asking, signal),
      charge: (signal) => charge(caller, signal),
      log: this.#options.log,
    });
    if (key !== null) this.#feeds.set(key, feed);
    return feed;
  }

  #source(subgraph: string): ChangeStreamClient {
    let source = this.#sources.get(subgraph);
    if (!source) {
      const { endpointOf: changesOf, log } = this.#options;
      source = new ChangeStreamClient(subgraph, () => changesOf(subgraph), log);
      this.#sources.set(subgraph, source);
    }
    return source;
  }

  /** The operation's answer for one changed entity, as JSON; for one that is away for a moment, once it is back. */
  async #read(
    { operationName }: GraphQLOperation,
    { query, variablesFor, isOfCommunity }: Subscription,
    entityId: string,
    caller: CountedRequestContext,
    signal: AbortSignal,
  ): Promise<Buffer> {
    await charge(caller, signal);
    // An event is read for all streams at once, by queries of their own: requests pass in between.
    await this.#turns.waitTurn(caller.requester.key);
    if (signal.aborted) throw signal.reason;
    const request = {
      query,
      operationName,
      ...variablesFor(entityId),
      extensions: null,
      method: 'POST' as const,
    };
    for (const pauseMs of [...readAgainMs, null]) {
      const { body, encoding } = await this.#options.answer(request, { ...caller, headers: {} });
      const bytes = typeof body === 'string' ? Buffer.from(body, encoding) : body;
      if (pauseMs === null || !isOfNothing(bytes)) return isOfCommunity ? ifOnRecord(bytes) : bytes;
      await sleep(pauseMs, undefined, { ref: false, signal });
    }
    throw new Error('unreachable');
  }
}

/** Counts an operation of the viewer's; waits where they may have no more of them. */
async function charge({ chargeFields }: RequestContext, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await chargeFields?.(1);
    } catch (error) {
      const waitMs = error instanceof HttpError ? error.details.extensions?.retryAfterMs : null;
      if (typeof waitMs !== 'number') throw error;
      await sleep(waitMs, undefined, { ref: false, signal });
    }
  }
}

/** What the viewer lacks for the subscription; null for nothing. */
function lackOf(
  { scopes, within, isOfCommunity }: Subscription,
  { hasPermission: may, hasPurpose }: RequestContext,
): string | null {
  const lacking = scopes.find((scope) => may?.(scope, within) === false);
  if (lacking !== undefined) return missingScopeError(lacking, within).message;
  if (!isOfCommunity || hasPurpose !== false) return null;
  return `按社区 ${within} 订阅须声明用途（x-purpose）；或改为订阅街道 ${within.slice(0, 9)}。 Inside the community ${within} a subscription needs a purpose (x-purpose); or subscribe inside the subdistrict ${within.slice(0, 9)}.`;
}

const notOnRecord: readonly unknown[] = ['BULK_READ', 'AUDIT_UNAVAILABLE'] satisfies ErrorCode[];

/** The answer, or only why not: that there is one in this community is told only once it is on record. */
function ifOnRecord(answer: Buffer): Buffer {
  if (!answer.includes('"errors"')) return answer;
  const { errors = [] } = JSON.parse(answer.toString()) as { errors?: { extensions?: { code?: unknown } }[] };
  const reasons = errors.filter(({ extensions }) => notOnRecord.includes(extensions?.code));
  return reasons.length ? Buffer.from(JSON.stringify({ data: null, errors: reasons })) : answer;
}

/** What a change is told with is read after it: a subgraph that went in between is waited for so long. */
const readAgainMs = [100, 250, 500, 1000, 2000, 4000, 4000, 4000, 4000];

const awayForNow: readonly unknown[] = [
  'SUBGRAPH_UNAVAILABLE',
  'SUBGRAPH_TIMEOUT',
  'SUBGRAPH_OVERLOADED',
  'DATABASE_UNAVAILABLE',
  'DATABASE_BUSY',
  'TOO_MANY_AT_ONCE',
] satisfies ErrorCode[];

/** Whether the answer has nothing of the entity because what knows it is away. */
function isOfNothing(answer: Buffer): boolean {
  if (!answer.includes('"errors"')) return false;
  const { data, errors = [] } = JSON.parse(answer.toString()) as {
    data?: Record<string, unknown> | null;
    errors?: { extensions?: { code?: unknown } }[];
  };
  const isEmpty = !data || Object.values(data).every((value) => value === null);
  return isEmpty && errors.some(({ extensions }) => awayForNow.includes(extensions?.code));
}

export const tooManyStreams = () =>
  new HttpError(
    503,
    'OVERLOADED',
    '实时连接过多，请稍后重试。 Too many live connections; try again shortly.',
    true,
  );
