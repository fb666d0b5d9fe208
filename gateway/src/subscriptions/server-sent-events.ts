// Subscriptions over server-sent events (graphql-sse, distinct connections mode).
import type { IncomingMessage, ServerResponse } from 'node:http';
import { timeReading } from '@district-graph/kit/admission/reading-time';
import type { UnfinishedBodies } from '@district-graph/kit/admission/unfinished-bodies';
import { drained } from '@district-graph/kit/admission/unread-answers';
import type { ErrorCode } from '@district-graph/kit/errors';
import { preventCsrf } from '@district-graph/kit/http/csrf-prevention';
import { operationFromBody, operationFromSearch } from '@district-graph/kit/http/graphql-request';
import { asServerSentEvents } from '@district-graph/kit/http/http-handler';
import type { Documents } from '@district-graph/kit/http/persisted-queries';
import { readBody } from '@district-graph/kit/http/request-body';
import { HttpError } from '@district-graph/kit/http-error';
import type { Log } from '@district-graph/kit/log';
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { OperationError } from '@district-graph/kit/operation/valid-operation';
import type { Client } from '../admission/client.ts';
import type { Release } from '../admission/concurrency-limiter.ts';
import type { Subscriber } from './subscriber.ts';
import type { SubscriptionManager } from './subscription-manager.ts';

export interface EventStreamsOptions {
  subscriptions: SubscriptionManager;
  documents: Documents;
  /** Verifies the token or key of a request. */
  identify: (request: IncomingMessage) => Promise<Client>;
  /** Counts the start of a stream as one operation; throws an HttpError when the client must wait. */
  admit: (client: Client) => Release | Promise<Release>;
  /** Counts how long reading an operation blocked the event loop. */
  chargeReading: (client: Client, ms: number) => void;
  unfinished: UnfinishedBodies;
  maxBodyBytes: number;
  maxVariableValues: number;
  /** How often a comment is sent, so that no proxy takes a quiet stream for dead. */
  aliveMs: number;
  /** How long a client may read nothing before its stream is closed. */
  stalledMs: number;
  /** The same, once the client was notified that it is too slow. */
  slowMs: number;
  log: Log;
}

const path = '/graphql/stream';

export class EventStreams {
  #options: EventStreamsOptions;
  #subscribers = new Set<Subscriber>();
  #isClosing = false;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  /** Answers a request for /graphql/stream; false for any other path. */
  async answer(request: IncomingMessage, response: ServerResponse, requestPath: string): Promise<boolean> {
    if (requestPath !== path) return false;
    const { operation, client } = await this.#read(request);
    try {
      await this.#subscribe(operation, client, response);
    } catch (error) {
      throw error instanceof OperationError ? httpErrorOf(error) : error;
    }
    return true;
  }

  /**
   * Answers a subscription that was sent to /graphql. Errors of the operation are sent as events, as graphql-sse specifies;
   * a client that must come back later gets an error status.
   */
  async subscribe(operation: GraphQLOperation, client: Client, response: ServerResponse): Promise<void> {
    try {
      await this.#subscribe(operation, client, response);
    } catch (error) {
      const errors =
        error instanceof OperationError
          ? error.errors
          : error instanceof HttpError && [400, 401, 403].includes(error.status)
            ? [{ message: error.message, extensions: { code: error.code, ...error.details.extensions } }]
            : null;
      if (!errors) throw error;
      writeHead(response);
      response.end(asServerSentEvents(Buffer.from(JSON.stringify({ errors }))));
    }
  }

  async #subscribe(operation: GraphQLOperation, client: Client, response: ServerResponse): Promise<void> {
    const id = client.headers['last-event-id'];
    let subscriber: Subscriber;
    try {
      subscriber = await this.#options.subscriptions.subscribe(operation, client, id === '' ? null : id);
    } catch (error) {
      if (error instanceof HttpError && error.status === 503) response.setHeader('retry-after', '5');
      throw error;
    }
    // The client may have left meanwhile; its stream and its slot are free again.
    if (response.destroyed) {
      await subscriber.return();
      return;
    }
    this.#subscribers.add(subscriber);
    if (this.#isClosing) await subscriber.return();
    // A client that resumes misses nothing, however long there is nothing to send; to others the first message gives the cursor.
    if (id) writeHead(response);
    this.#stream(subscriber, response)
      .catch((error: Error) => {
        this.#options.log({ event: 'subscription stream failed', error: error.message });
        response.destroy();
      })
      .finally(() => this.#subscribers.delete(subscriber));
  }

  /** Ends all streams with `complete`, including those that have not started yet. */
  close(): void {
    this.#isClosing = true;
    for (const subscriber of this.#subscribers) void subscriber.return();
  }

  async #stream(subscriber: Subscriber, response: ServerResponse): Promise<void> {
    const { aliveMs, slowMs, stalledMs, log } = this.#options;
    response.on('close', () => void subscriber.return());
    subscriber.onSlow = () => {
      log({ event: 'client too slow' });
      const timer = setTimeout(() => {
        log({ event: 'slow stream closed' });
        response.destroy();
      }, slowMs);
      response.on('close', () => clearTimeout(timer));
    };
    const keepAlive = setInterval(() => response.headersSent && response.write(':\n\n'), aliveMs);
    try {
      for await (const { frame } of subscriber) {
        if (!response.headersSent) writeHead(response);
        if (!response.write(frame)) await drained(response, 'drain', stalledMs);
      }
      if (!response.headersSent) writeHead(response);
      response.end('event: complete\ndata:\n\n');
    } finally {
      clearInterval(keepAlive);
      await subscriber.return();
    }
  }

  async #read(request: IncomingMessage): Promise<{ operation: GraphQLOperation; client: Client }> {
    const { documents, identify, admit, unfinished, maxBodyBytes, maxVariableValues } = this.#options;
    const isPost = request.method === 'POST';
    if (!isPost && request.method !== 'GET')
      throw new HttpError(405, 'METHOD_NOT_ALLOWED', '请使用 GET 或 POST。 Use GET or POST.');
    const body = isPost ? await readBody(request, maxBodyBytes, unfinished) : '';
    const client = await identify(request);
    (await admit(client))();
    if (!isPost) preventCsrf(request.headers);
    const search = request.url?.split('?')[1] ?? '';
    const operation = timeReading(
      isPost ? body : search,
      () =>
        isPost
          ? operationFromBody(body, documents, maxVariableValues)
          : operationFromSearch(search, documents, maxVariableValues),
      (ms) => this.#options.chargeReading(client, ms),
    );
    return { operation, client };
  }
}

function writeHead(response: ServerResponse): void {
  if (response.destroyed) return;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    // Nothing follows a stream: a connection kept open would delay the gateway's stop.
    connection: 'close',
  });
  response.flushHeaders();
}

function httpErrorOf({ errors: [first] }: OperationError): HttpError {
  const code = (first?.extensions.code ?? 'GRAPHQL_VALIDATION_FAILED') as ErrorCode;
  return new HttpError(400, code, first?.message ?? '', { keepsConnection: true });
}
