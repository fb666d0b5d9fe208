// Opens clients' subscriptions on either transport, shares them, and limits their number and the data queued for them.

import { setTimeout as sleep } from 'node:timers/promises';
import { EventLoopScheduler } from '@district-graph/kit/admission/event-loop-scheduler';
import { subdistrictCodeOf } from '@district-graph/kit/divisions/divisions';
import { HttpError } from '@district-graph/kit/http-error';
import type { Log } from '@district-graph/kit/log';
import { isCursor } from '@district-graph/kit/mutations/change-stream';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import type { Client } from '../admission/client.ts';
import type { Release } from '../admission/concurrency-limiter.ts';
import type { Engine } from '../engine/engine.ts';
import type { CountedRequestContext, RequestContext } from '../engine/request-context.ts';
import type { Subscription } from '../engine/subscription.ts';
import { unauthorizedError } from '../supergraph/enforced-scopes.ts';
import { ChangeStreamClient, type ChangeStreamEndpoint } from './change-stream-client.ts';
import { isUnavailable, withoutUnrecordedData } from './event-answers.ts';
import { SharedSubscription } from './shared-subscription.ts';
import { type SharedBacklog, Subscriber } from './subscriber.ts';
import { Backlog } from './subscription-event.ts';

export interface SubscriptionManagerOptions {
  engine: () => Engine;
  endpointOf: (subgraph: string) => ChangeStreamEndpoint | null;
  /** The context of a client's operation. Throws an HttpError when its token or key was rejected. */
  contextFor: (client: Client, operation: GraphQLOperation) => CountedRequestContext;
  execute: (operation: GraphQLOperation, context: CountedRequestContext) => Promise<GraphQLAnswer>;
  maxStreams: number;
  /** Counts a stream of the client until it is released; throws an HttpError when the client has too many. */
  acquireStream: (client: Client) => Release;
  log: Log;
}

/** What is executed for each event of a shared subscription. */
interface Execution {
  operation: GraphQLOperation;
  subscription: Subscription;
  context: CountedRequestContext;
}

/** How often streams are checked for expired tokens and keys. */
const expiryCheckMs = 1000;

/** Bytes that may be queued for all streams together; with more, the longest queue is dropped. */
const maxBacklogBytes = 67_108_864;

/** Executions that may wait for their turn: an event is executed at most once for each stream. */
const maxExecutions = { maxOfClient: 10_000, max: 100_000 };

/** Headers that identify the request that opened a stream, and are not forwarded when events are executed. */
const requestHeaders = ['x-request-id', 'traceparent', 'tracestate'];

/** How long the execution of an event is retried while a subgraph restarts. */
const retriesMs = [100, 250, 500, 1000, 2000, 4000, 4000, 4000, 4000];

export class SubscriptionManager {
  #options: SubscriptionManagerOptions;
  #sources = new Map<string, ChangeStreamClient>();
  /** With the context in which its operation is executed. */
  #shared = new Map<string, { shared: SharedSubscription; context: RequestContext }>();
  #scheduler = new EventLoopScheduler(maxExecutions);
  /** With the context in which each was opened. */
  #subscribers = new Map<Subscriber, RequestContext>();
  #expiryCheck: NodeJS.Timeout;
  #backlog: SharedBacklog = { backlog: new Backlog(), onMore: () => this.#boundBacklog() };

  constructor(options: SubscriptionManagerOptions) {
    this.#options = options;
    this.#expiryCheck = setInterval(() => this.#endExpired(), expiryCheckMs).unref();
  }

  /**
   * Subscribes from now on, or from after the event with the given id. Rejects with an OperationError for an invalid
   * subscription, and with an HttpError for an invalid id or when there are too many streams.
   */
  async subscribe(operation: GraphQLOperation, client: Client, lastEventId: unknown): Promise<Subscriber> {
    const after = cursorOf(lastEventId);
    const context = this.#options.contextFor(withoutRequestHeaders(client), operation);
    const subscription = await this.#options.engine().subscription(operation, context.requester);
    const missing = missingPermission(subscription, context);
    if (missing !== null) {
      this.#options.contextFor(client, operation).reportRefused?.(subscription.name, [subscription]);
      throw new HttpError(403, 'FORBIDDEN', missing, { keepsConnection: true });
    }
    const release = this.#options.acquireStream(client);
    if (this.#subscribers.size >= this.#options.maxStreams) {
      release();
      throw tooManyStreams();
    }
    const shared = this.#sharedSubscription(operation, subscription, context);
    const subscriber = new Subscriber(shared, after, this.#backlog, () => {
      release();
      this.#subscribers.delete(subscriber);
    });
    this.#subscribers.set(subscriber, context);
    return subscriber;
  }

  close(): void {
    clearInterval(this.#expiryCheck);
    for (const source of this.#sources.values()) source.close();
  }

  #boundBacklog(): void {
    const { backlog } = this.#backlog;
    while (backlog.bytes > maxBacklogBytes) {
      const [first, ...others] = this.#subscribers.keys();
      if (!first) return;
      others.reduce((most, each) => (each.queuedBytes > most.queuedBytes ? each : most), first).dropQueued();
    }
  }

  #endExpired(): void {
    for (const [subscriber, { hasEnded }] of this.#subscribers) if (hasEnded?.()) subscriber.expire();
  }

  /** The shared subscription of the viewer's identical operations, or a new one. */
  #sharedSubscription(
    operation: GraphQLOperation,
    subscription: Subscription,
    context: CountedRequestContext,
  ): SharedSubscription {
    const key = sharingKey(operation, context);
    const known = key === null ? undefined : this.#shared.get(key);
    // An API key that was changed keeps its claims, but ends what was opened with it before.
    if (known && !known.shared.isEmpty && !known.context.hasEnded?.()) return known.shared;
    if (this.#shared.size > 2 * this.#subscribers.size)
      for (const [each, { shared }] of this.#shared) if (shared.isEmpty) this.#shared.delete(each);
    const onceReported = reportingOnce(context);
    const shared = new SharedSubscription({
      source: this.#source(subscription.subgraph),
      subscription,
      execute: (entityId, signal) =>
        this.#execute({ operation, subscription, context: onceReported }, entityId, signal),
      charge: (signal) => charge(context, signal),
      log: this.#options.log,
    });
    if (key !== null) this.#shared.set(key, { shared, context });
    return shared;
  }

  #source(subgraph: string): ChangeStreamClient {
    let source = this.#sources.get(subgraph);
    if (!source) {
      const { endpointOf, log } = this.#options;
      source = new ChangeStreamClient(subgraph, () => endpointOf(subgraph), log);
      this.#sources.set(subgraph, source);
    }
    return source;
  }

  /** Executes the operation for one changed entity; resolves to the answer as JSON. Retries while a subgraph is unavailable. */
  async #execute(
    { operation, subscription, context }: Execution,
    entityId: string,
    signal: AbortSignal,
  ): Promise<Buffer> {
    const { query, variablesFor, isInCommunity } = subscription;
    await charge(context, signal);
    // One event is executed for many streams at once: the scheduler lets other requests run in between.
    await this.#scheduler.waitTurn(context.requester.key);
    if (signal.aborted) throw signal.reason;
    const request = {
      query,
      operationName: operation.operationName,
      ...variablesFor(entityId),
      extensions: null,
      method: 'POST' as const,
    };
    for (const pauseMs of [...retriesMs, null]) {
      const { body, encoding } = await this.#options.execute(request, { ...context, headers: {} });
      const answer = typeof body === 'string' ? Buffer.from(body, encoding) : body;
      if (pauseMs === null || !isUnavailable(answer))
        return isInCommunity ? withoutUnrecordedData(answer) : answer;
      await sleep(pauseMs, undefined, { ref: false, signal });
    }
    throw new Error('unreachable');
  }
}

/** The cursor of an event id; null for none. Throws an HttpError for anything else. */
function cursorOf(lastEventId: unknown): string | null {
  if (lastEventId === undefined || lastEventId === null) return null;
  if (typeof lastEventId === 'string' && isCursor(lastEventId)) return lastEventId;
  throw new HttpError(
    400,
    'BAD_CURSOR',
    'Last-Event-ID（lastEventId）应为此前收到的事件 id；不带它则从现在开始。 Expected the id of an event that was received as Last-Event-ID (lastEventId); omit it to start from now on.',
    { keepsConnection: true },
  );
}

const withoutRequestHeaders = (client: Client): Client =>
  client.withHeaders(
    Object.fromEntries(Object.entries(client.headers).filter(([name]) => !requestHeaders.includes(name))),
  );

/** Operations with the same key share their events; null for one that shares them with none. */
const sharingKey = (
  { query, operationName, exactVariables, variables }: GraphQLOperation,
  { viewer, requester }: CountedRequestContext,
): string | null =>
  viewer === null
    ? null
    : [
        query,
        operationName,
        JSON.stringify(exactVariables ?? variables),
        viewer,
        // Anonymous clients at different addresses have their own turns and rates.
        requester.key,
      ]
        .map((part) => part ?? '')
        .join('\n');

/** A context that reports withheld fields once, not for each event. */
function reportingOnce(context: CountedRequestContext): CountedRequestContext {
  let isReported = false;
  return {
    ...context,
    reportRefused: (...refused) => {
      if (!isReported) context.reportRefused?.(...refused);
      isReported = true;
    },
  };
}

/** Counts an operation of the viewer; waits while the viewer may not run any more. */
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

/** The message that names what the viewer lacks for the subscription; null when nothing. */
function missingPermission(
  { scopes, within, isInCommunity }: Subscription,
  { hasPermission, hasPurpose }: RequestContext,
): string | null {
  const missing = scopes.find((scope) => hasPermission?.(scope, within) === false);
  if (missing !== undefined) return unauthorizedError(missing, within).message;
  if (!isInCommunity || hasPurpose !== false) return null;
  return `按社区 ${within} 订阅须声明用途（x-purpose）；或改为订阅街道 ${subdistrictCodeOf(within)}。 Inside the community ${within} a subscription needs a purpose (x-purpose); or subscribe inside the subdistrict ${subdistrictCodeOf(within)}.`;
}

export const tooManyStreams = () =>
  new HttpError(
    503,
    'OVERLOADED',
    '实时连接过多，请稍后重试。 Too many subscriptions or sockets are open; try again shortly.',
    { keepsConnection: true },
  );
