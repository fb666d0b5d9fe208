// Live news, queries and mutations over WebSocket (graphql-transport-ws).
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { joinAuthorization } from '@district-graph/kit/admission/client-address';
import { timeReading } from '@district-graph/kit/admission/reading-time';
import { errorCodes, graphError } from '@district-graph/kit/errors';
import { HttpError, isSubscription, operationFromMessage } from '@district-graph/kit/http/graphql-request';
import { purposeHeader } from '@district-graph/kit/identity/identity';
import type { GraphQLOperation } from '@district-graph/kit/operation/graphql-operation';
import { OperationError } from '@district-graph/kit/operation/valid-operation';
import type { ExecutionArgs, GraphQLError } from 'graphql';
import {
  CloseCode,
  type Context,
  type FormattedExecutionResult,
  handleProtocols,
  MessageType,
  makeServer,
  type Server,
  type SubscribeMessage,
  type SubscribePayload,
} from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { MemoryBuckets } from '../admission/rate-buckets.ts';
import { tooManyStreams } from '../subscriptions/subscription-manager.ts';
import { executionArgs, runOperation } from './execution-args.ts';
import { Inbox, MessageQueue } from './message-queue.ts';
import type { OpenSocket as Extra, Unopened } from './open-socket.ts';
import { OperationResults } from './operation-results.ts';
import { controlMessageRate, isComplete, isSubscribe, messageOf } from './socket-messages.ts';
import { type SocketOperation, SocketOperations } from './socket-operations.ts';
import { isAllowedOrigin, refuseUpgrade } from './socket-upgrades.ts';
import { SocketWriter } from './socket-writer.ts';
import { UnfinishedMessage } from './unfinished-message.ts';
import type { WebSocketsOptions } from './web-socket-options.ts';

const path = '/graphql';
const maxOperationsPerSocket = 100;
/** Pieces in which a message may come. Clients that send it in several have pieces of 8 KiB and more. */
const maxFragments = 32;
/** Reads in which a frame may come: a slow network hands on a kilobyte or more at a time. */
const maxBufferedChunks = 1024;
/** "Try again later": clients connect again after it. */
const tryAgainLater = 1013;
const goingAway = 1001;

type Listen = (message: unknown) => Promise<void>;
type Connection = Context<Record<string, unknown>, Extra>;

export class WebSockets {
  #options: WebSocketsOptions;
  #sockets: WebSocketServer;
  #server: Server<Extra>;
  #isClosing = false;
  /** How many were opened, and are open; which control messages each of them has sent. */
  #opened = 0;
  #open = 0;
  #control = new MemoryBuckets();
  #operations = new WeakMap<SubscribePayload, SocketOperation>();
  #queue = new MessageQueue();
  #writer: SocketWriter;

  constructor(options: WebSocketsOptions) {
    this.#options = options;
    this.#writer = new SocketWriter(options.unread, options.clientOf, (socket) =>
      socket.close(tryAgainLater, slowReason),
    );
    this.#sockets = new WebSocketServer({
      noServer: true,
      // In one turn of the event loop a socket hands on one frame: the next is read after what others have sent.
      allowSynchronousEvents: false,
      maxPayload: options.maxMessageBytes,
      maxFragments,
      maxBufferedChunks,
      ...{ closeTimeout: options.slowMs },
      handleProtocols,
    });
    this.#server = makeServer<Record<string, unknown>, Extra>({
      connectionInitWaitTimeout: options.initTimeoutMs,
      onConnect: (connection) => this.#admit(connection),
      onSubscribe: (connection, _key, payload) => this.#prepare(connection, payload),
      subscribe: runOperation,
      execute: runOperation,
      onComplete: (_connection, _id, payload) => this.#operations.get(payload)?.leave(),
      onNext: (_connection, _id, _payload, _args, result) => result as FormattedExecutionResult,
    });
  }

  upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Until it is open nobody else listens to what befalls it.
    const lost = () => socket.destroy();
    socket.once('error', lost);
    this.#hold(request, socket).then(
      (held) => {
        socket.off('error', lost);
        if (socket.destroyed || this.#isClosing) {
          held.leave();
          socket.destroy();
          return;
        }
        // Also when it is gone before it is open.
        socket.once('close', () => held.leave());
        this.#sockets.handleUpgrade(request, socket, head, (opened) => {
          const end = this.#serve(opened, socket, held);
          // Of what it had sent before, the library may read on for a while.
          socket.once('close', end);
        });
      },
      (error: unknown) => refuseUpgrade(socket, error as HttpError),
    );
  };

  /** Rejects with an HttpError for what may not be opened. */
  async #hold(request: IncomingMessage, socket: Duplex): Promise<Unopened> {
    joinAuthorization(request);
    this.#check(request);
    this.#open += 1;
    socket.once('close', () => {
      this.#open -= 1;
    });
    this.#opened += 1;
    const key = String(this.#opened);
    const asking = { headers: request.headers, address: request.socket.remoteAddress ?? '' };
    const leave = await this.#options.holdOpening(asking);
    return { ...asking, key, leave, operations: new SocketOperations() };
  }

  /** Tells all clients to go, and ends those that do not. */
  close(): void {
    this.#isClosing = true;
    for (const socket of this.#sockets.clients) socket.close(goingAway, 'Going away');
  }

  /** Throws an HttpError for what may not be opened, whoever asks. */
  #check({ url, headers }: IncomingMessage): void {
    if (url?.split('?')[0] !== path)
      throw new HttpError(404, 'NOT_FOUND', 'WebSocket 请使用 /graphql。 Use /graphql for WebSocket.');
    if (this.#isClosing) throw new HttpError(503, 'SHUTTING_DOWN', errorCodes.SHUTTING_DOWN);
    if (!isAllowedOrigin(headers, this.#options.allowedOrigins))
      throw new HttpError(
        403,
        'BAD_REQUEST',
        '此来源的页面不得连接（ALLOWED_ORIGINS）。 Pages of this origin may not connect (ALLOWED_ORIGINS).',
      );
    if (this.#open >= this.#options.maxSockets) throw tooManyStreams();
  }

  /** Returns how to end what it has begun, once it is gone. */
  #serve(socket: WebSocket, connection: Duplex, held: Unopened): () => void {
    const { aliveMs, addressOf, unfinished, maxMessageBytes, log } = this.#options;
    const client = addressOf(held);
    const onTooMuch = () => this.#tooMany(socket);
    const counted = { unfinished, client, maxBytes: maxMessageBytes, onTooMuch };
    const message = new UnfinishedMessage(connection, socket, counted);
    let hasAnswered = true;
    const alive = setInterval(() => {
      if (!hasAnswered || message.isLate) return socket.terminate();
      hasAnswered = false;
      socket.ping();
    }, aliveMs);
    let listener: Listen = async () => {};
    const inbox = new Inbox(
      this.#queue,
      client,
      socket,
      (data) => {
        this.#receive(String(data), listener, extra).catch((error: Error) => {
          if (error instanceof HttpError) socket.close(CloseCode.BadRequest, 'Invalid message received');
          else this.#fail(socket, error);
        });
      },
      onTooMuch,
    );
    const extra: Extra = Object.assign(held, { socket, inbox });
    // The library hands a message on as one buffer.
    socket.on('message', (data) => inbox.add(data as Buffer));
    socket.on('ping', () => inbox.countFrame() && this.#countControl(extra));
    socket.on('pong', () => {
      hasAnswered = true;
      if (inbox.countFrame()) this.#countControl(extra);
    });
    // The socket closes itself, with the code that the protocol has for it: a message too large, a frame that is none.
    socket.on('error', (error) => log({ event: 'socket error', error: error.message }));
    const closed = this.#server.opened(
      {
        protocol: socket.protocol,
        send: (text) => this.#writer.send(socket, text, extra),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) => {
          listener = receive as Listen;
        },
      },
      extra,
    );
    return () => {
      clearInterval(alive);
      extra.operations.clear();
      void closed();
    };
  }

  /** Parses a message once, and hands the library what it would parse it to. */
  async #receive(text: string, listener: Listen, extra: Extra): Promise<void> {
    const message = timeReading(
      text,
      () => messageOf(text),
      (ms) => this.#options.charge(extra, ms),
    );
    if (isSubscribe(message)) return this.#begin(message, text, listener, extra);
    if (!this.#countControl(extra)) return undefined;
    if (!isComplete(message)) return listener(message);
    const operation = extra.operations.complete(message.id);
    return operation && listener({ ...message, id: operation.key });
  }

  /**
   * The library keeps an operation under its key, and calls it by its id where it speaks to the client: one that was
   * completed and still goes on is not taken for the next under its id.
   */
  async #begin(message: SubscribeMessage, text: string, listener: Listen, extra: Extra): Promise<void> {
    const { socket, inbox, operations } = extra;
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

  /** Counts what is no operation that was let in; tells who has sent too much of that to go. */
  #countControl({ key, socket }: Extra): boolean {
    if (this.#control.take(key, controlMessageRate) <= 0) return true;
    this.#tooMany(socket);
    return false;
  }

  #tooMany(socket: WebSocket): void {
    socket.close(tryAgainLater, 'Too many messages; connect again later');
  }

  async #admit({ extra, connectionParams }: Connection): Promise<boolean> {
    const authorization = connectionParams?.authorization ?? connectionParams?.Authorization;
    if (authorization !== undefined && typeof authorization !== 'string') return false;
    const purpose = connectionParams?.purpose;
    if (purpose !== undefined && typeof purpose !== 'string') return false;
    // Of two that differ nobody can tell whose the socket is.
    const ofUpgrade = extra.headers.authorization;
    if (authorization && ofUpgrade !== undefined && ofUpgrade !== authorization) return false;
    if (authorization) extra.headers = { ...extra.headers, authorization };
    if (purpose) extra.headers = { ...extra.headers, [purposeHeader]: purpose };
    try {
      await this.#options.admit(extra);
    } catch (error) {
      if (error instanceof HttpError) return false;
      throw error;
    }
    return this.#holdAsKnown(extra);
  }

  /** From now on it is counted for the viewer: many of them may come from one address. */
  async #holdAsKnown(extra: Extra): Promise<boolean> {
    extra.leave();
    try {
      extra.leave = await this.#options.hold(extra);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      extra.socket.close(tryAgainLater, 'Too many sockets');
      return false;
    }
    extra.inbox.client = await this.#options.clientOf(extra);
    // One that was closed meanwhile is counted for nobody.
    if (extra.socket.readyState !== extra.socket.OPEN) extra.leave();
    return true;
  }

  async #prepare(
    connection: Connection,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { extra } = connection;
    const operation = this.#operations.get(payload);
    if (!operation) throw new Error('the library began an operation that was not received');
    const { socket, operations, inbox } = extra;
    const isAbandoned = () => !operations.isCurrent(operation) || socket.readyState !== socket.OPEN;
    try {
      if (Object.keys(connection.subscriptions).length > maxOperationsPerSocket)
        throw new HttpError(
          429,
          'OVERLOADED',
          `每个连接至多 ${maxOperationsPerSocket} 个操作。 At most ${maxOperationsPerSocket} operations at a time on one socket.`,
        );
      const request = this.#requestOf(payload, operation.text, extra);
      if (!isSubscription(request))
        return executionArgs(this.#options.schema(), 'query', () =>
          this.#answers(request, operation, extra, isAbandoned),
        );
      (await this.#options.enter(extra))();
      const lastEventId = payload.extensions?.lastEventId;
      const listener = await this.#options.subscriptions.subscribe(request, extra, lastEventId);
      // Whoever went while it was prepared would leave it behind.
      if (isAbandoned()) await listener.return();
      inbox.endOperation(operation);
      listener.onSlow = () => {
        this.#options.log({ event: 'client too slow' });
        socket.close(tryAgainLater, slowReason);
      };
      const send = (text: string) => this.#writer.send(socket, text, extra);
      return executionArgs(
        this.#options.schema(),
        'subscription',
        () => new OperationResults(listener, operation.id, send),
      );
    } catch (error) {
      if (error instanceof OperationError) return error.errors;
      if (error instanceof HttpError) return [this.#refused(await this.#counted(error, extra), extra)];
      throw error;
    }
  }

  /** What is refused before it was let in counts as well. */
  async #counted(refusal: HttpError, extra: Extra): Promise<HttpError> {
    try {
      (await this.#options.enter(extra))();
      return refusal;
    } catch (error) {
      if (error instanceof HttpError) return error;
      throw error;
    }
  }

  #requestOf(payload: SubscribePayload, text: string, extra: Extra): GraphQLOperation {
    const { documents, maxVariableValues, charge } = this.#options;
    return timeReading(
      text,
      () => operationFromMessage({ ...payload }, text, documents, maxVariableValues),
      (ms) => charge(extra, ms),
    );
  }

  /**
   * Sends the answer as the text that it is: the library would have it parsed, and write it once more. It is left to tell what
   * is refused, and that there is no more.
   */
  async *#answers(
    request: GraphQLOperation,
    operation: SocketOperation,
    extra: Extra,
    isAbandoned: () => boolean,
  ): AsyncGenerator<Record<string, unknown>> {
    const { enter, answer } = this.#options;
    try {
      operation.leave = await enter(extra);
      const { body, encoding } = await answer(request, extra, isAbandoned);
      if (isAbandoned()) return;
      const head = `{"id":${JSON.stringify(operation.id)},"type":"${MessageType.Next}","payload":`;
      const parts = [Buffer.from(head), typeof body === 'string' ? Buffer.from(body, encoding) : body];
      await this.#writer.send(extra.socket, Buffer.concat([...parts, messageEnd]), extra);
    } catch (error) {
      if (error instanceof HttpError) {
        const errors = [this.#refused(error, extra)];
        if (!isAbandoned()) yield { errors };
      } else this.#fail(extra.socket, error as Error);
    }
  }

  #refused(refusal: HttpError, extra: Extra): GraphQLError {
    if (refusal.status === 429) this.#countControl(extra);
    return errorOf(refusal);
  }

  #fail(socket: WebSocket, error: Error): void {
    this.#options.log({ event: 'socket failed', error: error.stack });
    socket.close(CloseCode.InternalServerError, 'Internal server error');
  }
}

const errorOf = ({ code, message, details }: HttpError): GraphQLError =>
  graphError(code, message, { ...details.extensions });

const messageEnd = Buffer.from('}');

const slowReason = 'Reads too slowly; connect again with lastEventId';
