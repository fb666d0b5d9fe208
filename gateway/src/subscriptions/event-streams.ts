// Live news over server-sent events (graphql-sse, distinct connections).
import type { IncomingMessage, ServerResponse } from 'node:http';
import { timeReading } from '@district-graph/kit/admission/reading-time';
import type { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import { drained } from '@district-graph/kit/admission/unread-answers';
import type { ErrorCode } from '@district-graph/kit/errors';
import {
  HttpError,
  operationFromBody,
  operationFromSearch,
  preventCsrf,
  readBody,
} from '@district-graph/kit/http/graphql-request';
import { asServerSentEvents } from '@district-graph/kit/http/graphql-server';
import type { Documents } from '@district-graph/kit/http/persisted-queries';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { OperationError } from '@district-graph/kit/operation/valid-operation';
import type { Release } from '../admission/concurrency-limiter.ts';
import { type ClientRequest, clientRequestOf } from '../admission/viewer-key.ts';
import type { Subscriber } from './subscriber.ts';
import type { SubscriptionManager } from './subscription-manager.ts';

export interface EventStreamsOptions {
  subscriptions: SubscriptionManager;
  documents: Documents;
  /** Counts a stream's begin as one operation; throws an HttpError for one that must wait. */
  enter: (asking: ClientRequest) => Release | Promise<Release>;
  /** Is told how long reading an operation kept the thread. */
  charge: (asking: ClientRequest, ms: number) => void;
  unfinished: UnfinishedBodies;
  maxBodyBytes: number;
  maxVariableValues: number;
  /** A comment is sent this often, so that nothing on the way takes a quiet stream for dead. */
  aliveMs: number;
  /** How long a client that reads nothing is waited for. */
  stalledMs: number;
  /** The same, once it is told that it is too slow. */
  slowMs: number;
  log: Log;
}

const path = '/graphql/stream';

export class EventStreams {
  #options: EventStreamsOptions;
  #listeners = new Set<Subscriber>();
  #isClosing = false;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  /** Answers what is for it; false for what is not. */
  async answer(request: IncomingMessage, response: ServerResponse, asked: string): Promise<boolean> {
    if (asked !== path) return false;
    const operation = await this.#operationOf(request);
    try {
      await this.#listen(operation, request, response);
    } catch (error) {
      throw error instanceof OperationError ? refusalOf(error) : error;
    }
    return true;
  }

  /**
   * Answers a subscription that came the way of other operations. What is wrong with it is told as events, as graphql-sse has
   * it; who has to come back later is told so by the status.
   */
  async subscribe(
    operation: GraphQLOperation,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      await this.#listen(operation, request, response);
    } catch (error) {
      const errors =
        error instanceof OperationError
          ? error.errors
          : error instanceof HttpError && [400, 401, 403].includes(error.status)
            ? [{ message: error.message, extensions: { code: error.code, ...error.details.extensions } }]
            : null;
      if (!errors) throw error;
      begin(response);
      response.end(asServerSentEvents(Buffer.from(JSON.stringify({ errors }))));
    }
  }

  async #listen(
    operation: GraphQLOperation,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const id = request.headers['last-event-id'];
    let listener: Subscriber;
    try {
      listener = await this.#options.subscriptions.subscribe(
        operation,
        clientRequestOf(request),
        id === '' ? null : id,
      );
    } catch (error) {
      if (error instanceof HttpError && error.status === 503) response.setHeader('retry-after', '5');
      throw error;
    }
    // Whoever went while it was prepared says nothing any more: the stream and its slot are theirs no longer.
    if (response.destroyed) {
      await listener.return();
      return;
    }
    this.#listeners.add(listener);
    if (this.#isClosing) await listener.return();
    // Who goes on misses nothing, however long there is nothing to tell; to others a beginning says where it is.
    if (id) begin(response);
    this.#stream(listener, response)
      .catch((error: Error) => {
        this.#options.log({ event: 'live news ended', error: error.message });
        response.destroy();
      })
      .finally(() => this.#listeners.delete(listener));
  }

  /** Ends all streams, each with its `complete`: those that are yet to begin, too. */
  close(): void {
    this.#isClosing = true;
    for (const listener of this.#listeners) void listener.return();
  }

  async #stream(listener: Subscriber, response: ServerResponse): Promise<void> {
    const { aliveMs, slowMs, stalledMs, log } = this.#options;
    // The one who is gone is not waited for.
    response.on('close', () => void listener.return());
    listener.onSlow = () => {
      log({ event: 'client too slow' });
      const timer = setTimeout(() => {
        log({ event: 'stream cut off' });
        response.destroy();
      }, slowMs);
      response.on('close', () => clearTimeout(timer));
    };
    const alive = setInterval(() => response.headersSent && response.write(':\n\n'), aliveMs);
    try {
      for await (const { frame } of listener) {
        if (!response.headersSent) begin(response);
        if (!response.write(frame)) await drained(response, 'drain', stalledMs);
      }
      if (!response.headersSent) begin(response);
      response.end('event: complete\ndata:\n\n');
    } finally {
      clearInterval(alive);
      await listener.return();
    }
  }

  async #operationOf(request: IncomingMessage): Promise<GraphQLOperation> {
    const { documents, enter, charge, unfinished, maxBodyBytes, maxVariableValues } = this.#options;
    const isPost = request.method === 'POST';
    if (!isPost && request.method !== 'GET')
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', '请使用 GET 或 POST。 Use GET or POST.');
    const body = isPost ? await readBody(request, maxBodyBytes, unfinished) : '';
    const asking = clientRequestOf(request);
    (await enter(asking))();
    if (!isPost) preventCsrf(request.headers);
    const search = request.url?.split('?')[1] ?? '';
    const read = () =>
      isPost
        ? operationFromBody(body, documents, maxVariableValues)
        : operationFromSearch(search, documents, maxVariableValues);
    return timeReading(isPost ? body : search, read, (ms) => charge(asking, ms));
  }
}

function begin(response: ServerResponse): void {
  if (response.destroyed) return;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    // Nothing comes after a stream: kept, the connection would hold up the gateway's end.
    connection: 'close',
  });
  response.flushHeaders();
}

function refusalOf({ errors: [first] }: OperationError): HttpError {
  const code = (first?.extensions.code ?? 'GRAPHQL_VALIDATION_FAILED') as ErrorCode;
  return new HttpError(400, code, first?.message ?? '', true);
}
