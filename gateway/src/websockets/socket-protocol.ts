// The graphql-transport-ws protocol on open sockets: authentication, operations and subscriptions, through graphql-ws.
import { timeReading } from '@district-graph/kit/admission/reading-time';
import { graphError } from '@district-graph/kit/errors';
import { isSubscription, operationFromMessage } from '@district-graph/kit/http/graphql-request';
import { HttpError } from '@district-graph/kit/http-error';
import { purposeHeader } from '@district-graph/kit/identity/identity';
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { OperationError } from '@district-graph/kit/operation/valid-operation';
import type { ExecutionArgs, GraphQLError } from 'graphql';
import {
  CloseCode,
  type Context,
  type FormattedExecutionResult,
  MessageType,
  makeServer,
  type Server,
  type SubscribeMessage,
  type SubscribePayload,
} from 'graphql-ws';
import type { WebSocket } from 'ws';
import { MemoryBuckets } from '../admission/rate-limiter.ts';
import { executionArgs, runOperation, SubscriptionResults } from './graphql-ws-adapter.ts';
import type { OpenSocket } from './open-socket.ts';
import { controlMessageRate, isComplete, isSubscribe, parseMessage } from './socket-messages.ts';
import type { SocketOperation } from './socket-operations.ts';
import { SocketWriter } from './socket-writer.ts';
import type { WebSocketsOptions } from './web-socket-options.ts';

const maxOperationsPerSocket = 100;
/** Close codes of RFC 6455. Clients reconnect after "try again later". */
export const goingAway = 1001;
const tryAgainLater = 1013;
const slowReason = 'Reads too slowly; connect again with lastEventId';

type Listener = (message: unknown) => Promise<void>;
type Connection = Context<Record<string, unknown>, OpenSocket>;

interface StartedOperation {
  operation: SocketOperation;
  open: OpenSocket;
  /** Whether its client has completed it, or is gone. */
  isAbandoned: () => boolean;
}

export class SocketProtocol {
  #options: WebSocketsOptions;
  #server: Server<OpenSocket>;
  /** Rates of the messages of each socket that start no operation. */
  #controlMessages = new MemoryBuckets();
  #operations = new WeakMap<SubscribePayload, SocketOperation>();
  #writer: SocketWriter;

  constructor(options: WebSocketsOptions) {
    this.#options = options;
    this.#writer = new SocketWriter(options.unread, (socket) => socket.close(tryAgainLater, slowReason));
    this.#server = makeServer<Record<string, unknown>, OpenSocket>({
      connectionInitWaitTimeout: options.initTimeoutMs,
      onConnect: (connection) => this.#authenticate(connection),
      onSubscribe: (connection, _key, payload) => this.#prepare(connection, payload),
      subscribe: runOperation,
      execute: runOperation,
      onComplete: (_connection, _id, payload) => this.#operations.get(payload)?.release(),
      onNext: (_connection, _id, _payload, _args, result) => result as FormattedExecutionResult,
    });
  }

  /** Starts the protocol on a socket; returns what to call once the socket is closed. */
  open(open: OpenSocket, onListening: (receive: (text: string) => void) => void): () => void {
    const { socket, operations } = open;
    const closed = this.#server.opened(
      {
        protocol: socket.protocol,
        send: (text) => this.#writer.send(open, text),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) => {
          const listener = receive as Listener;
          onListening((text) => {
            this.#receive(text, listener, open).catch((error: Error) => {
              if (error instanceof HttpError) socket.close(CloseCode.BadRequest, 'Invalid message received');
              else this.#fail(socket, error);
            });
          });
        },
      },
      open,
    );
    return () => {
      operations.clear();
      void closed();
    };
  }

  /** Parses a message once, and hands graphql-ws what it would parse it to. */
  async #receive(text: string, listener: Listener, open: OpenSocket): Promise<void> {
    const message = timeReading(
      text,
      () => parseMessage(text),
      (ms) => this.#options.chargeReading(open.client, ms),
    );
    if (isSubscribe(message)) return this.#start(message, text, listener, open);
    if (!this.countControlMessage(open)) return undefined;
    if (!isComplete(message)) return listener(message);
    const operation = open.operations.complete(message.id);
    return operation && listener({ ...message, id: operation.key });
  }

  /**
   * graphql-ws keeps an operation under its key, and sends messages under its id: one that was completed and still runs is
   * not mistaken for the next operation with the same id.
   */
  async #start(message: SubscribeMessage, text: string, listener: Listener, open: OpenSocket): Promise<void> {
    const { socket, inbox, operations } = open;
    const operation = operations.start(message.id, text);
    if (!operation)
      return socket.close(CloseCode.SubscriberAlreadyExists, 'Subscriber for this id already exists');
    this.#operations.set(message.payload, operation);
    inbox.startOperation(operation);
    try {
      const named = { ...message, id: operation.key };
      const ended = listener(named);
      named.id = operation.id;
      await ended;
    } finally {
      operations.end(operation);
      inbox.endOperation(operation);
    }
  }

  /** Counts a message that starts no admitted operation. Closes a socket that sends too many; then returns false. */
  countControlMessage({ key, socket }: Pick<OpenSocket, 'key' | 'socket'>): boolean {
    if (this.#controlMessages.take(key, controlMessageRate) <= 0) return true;
    this.closeForTooMany(socket);
    return false;
  }

  closeForTooMany(socket: WebSocket): void {
    socket.close(tryAgainLater, 'Too many messages; connect again later');
  }

  /** Handles `connection_init`. Resolves to false for a client that is rejected. */
  async #authenticate({ extra: open, connectionParams }: Connection): Promise<boolean> {
    const authorization = connectionParams?.authorization ?? connectionParams?.Authorization;
    if (authorization !== undefined && typeof authorization !== 'string') return false;
    const purpose = connectionParams?.purpose;
    if (purpose !== undefined && typeof purpose !== 'string') return false;
    // With two different ones it is undecidable whose socket it is.
    const ofUpgrade = open.client.headers.authorization;
    if (authorization && ofUpgrade !== undefined && ofUpgrade !== authorization) return false;
    if (authorization || purpose) {
      const headers = {
        ...open.client.headers,
        ...(authorization && { authorization }),
        ...(purpose && { [purposeHeader]: purpose }),
      };
      open.client = await this.#options.identify({ headers, address: open.client.address });
    }
    try {
      this.#options.rejectUnauthenticated(open.client);
    } catch (error) {
      if (error instanceof HttpError) return false;
      throw error;
    }
    return this.#countAsIdentified(open);
  }

  /** From now on the socket counts for its viewer: many viewers may connect from one address. */
  #countAsIdentified(open: OpenSocket): boolean {
    open.release();
    try {
      open.release = this.#options.limits.acquireIdentified(open.client);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      open.socket.close(tryAgainLater, 'Too many sockets');
      return false;
    }
    open.inbox.client = open.client.key;
    // The socket may have been closed while its token was verified.
    if (open.socket.readyState !== open.socket.OPEN) open.release();
    return true;
  }

  /** Handles `subscribe`: prepares the operation, or returns why it is refused. */
  async #prepare(
    { extra: open, subscriptions }: Connection,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const operation = this.#operations.get(payload);
    if (!operation) throw new Error('graphql-ws started an operation that was not received');
    const { socket, operations } = open;
    const isAbandoned = () => !operations.isCurrent(operation) || socket.readyState !== socket.OPEN;
    const started = { operation, open, isAbandoned };
    try {
      if (Object.keys(subscriptions).length > maxOperationsPerSocket) throw tooManyOperations();
      const request = this.#requestOf(payload, operation.text, open);
      if (isSubscription(request))
        return await this.#subscribe(request, payload.extensions?.lastEventId, started);
      return executionArgs(this.#options.schema(), 'query', () => this.#answers(request, started));
    } catch (error) {
      if (error instanceof OperationError) return error.errors;
      if (error instanceof HttpError) return [this.#refused(await this.#countRefused(error, open), open)];
      throw error;
    }
  }

  async #subscribe(
    request: GraphQLOperation,
    lastEventId: unknown,
    { operation, open, isAbandoned }: StartedOperation,
  ): Promise<ExecutionArgs> {
    const { admit, subscriptions, schema, log } = this.#options;
    (await admit(open.client))();
    const subscriber = await subscriptions.subscribe(request, open.client, lastEventId);
    // Otherwise the subscriber of a client that left meanwhile would remain.
    if (isAbandoned()) await subscriber.return();
    open.inbox.endOperation(operation);
    subscriber.onSlow = () => {
      log({ event: 'client too slow' });
      open.socket.close(tryAgainLater, slowReason);
    };
    const send = (text: string) => this.#writer.send(open, text);
    return executionArgs(
      schema(),
      'subscription',
      () => new SubscriptionResults(subscriber, operation.id, send),
    );
  }

  /** An operation that is refused before it was admitted counts as well. */
  async #countRefused(refusal: HttpError, { client }: OpenSocket): Promise<HttpError> {
    try {
      (await this.#options.admit(client))();
      return refusal;
    } catch (error) {
      if (error instanceof HttpError) return error;
      throw error;
    }
  }

  #requestOf(payload: SubscribePayload, text: string, { client }: OpenSocket): GraphQLOperation {
    const { documents, maxVariableValues, chargeReading } = this.#options;
    return timeReading(
      text,
      () => operationFromMessage({ ...payload }, text, documents, maxVariableValues),
      (ms) => chargeReading(client, ms),
    );
  }

  /**
   * Sends the answer as the text it already is: graphql-ws would need it parsed, and would serialize it again. It yields
   * only refusals, and its end.
   */
  async *#answers(
    request: GraphQLOperation,
    { operation, open, isAbandoned }: StartedOperation,
  ): AsyncGenerator<Record<string, unknown>> {
    const { admit, answer } = this.#options;
    try {
      operation.release = await admit(open.client);
      const { body, encoding } = await answer(request, open.client, isAbandoned);
      if (isAbandoned()) return;
      const head = `{"id":${JSON.stringify(operation.id)},"type":"${MessageType.Next}","payload":`;
      const parts = [Buffer.from(head), typeof body === 'string' ? Buffer.from(body, encoding) : body];
      await this.#writer.send(open, Buffer.concat([...parts, messageEnd]));
    } catch (error) {
      if (error instanceof HttpError) {
        const errors = [this.#refused(error, open)];
        if (!isAbandoned()) yield { errors };
      } else this.#fail(open.socket, error as Error);
    }
  }

  #refused(refusal: HttpError, open: OpenSocket): GraphQLError {
    if (refusal.status === 429) this.countControlMessage(open);
    return graphError(refusal.code, refusal.message, { ...refusal.details.extensions });
  }

  #fail(socket: WebSocket, error: Error): void {
    this.#options.log({ event: 'socket failed', error: error.stack });
    socket.close(CloseCode.InternalServerError, 'Internal server error');
  }
}

const messageEnd = Buffer.from('}');

const tooManyOperations = () =>
  new HttpError(
    429,
    'OVERLOADED',
    `每个连接同时至多 ${maxOperationsPerSocket} 个操作，请等待已有操作完成。 At most ${maxOperationsPerSocket} operations at a time on one socket; wait until others are complete.`,
  );
