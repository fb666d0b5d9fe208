// Live news, queries and mutations over WebSocket (graphql-transport-ws).
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { joinAuthorization } from '@district-graph/kit/client-address';
import { errorCodes, graphError } from '@district-graph/kit/errors';
import { isSubscription, operationOfMessage, Refusal } from '@district-graph/kit/graphql-request';
import type { GraphQLAnswer, GraphQLOperation } from '@district-graph/kit/graphql-server';
import { purposeHeader } from '@district-graph/kit/identity';
import type { Log } from '@district-graph/kit/log';
import type { Documents } from '@district-graph/kit/persisted-queries';
import { timedReading } from '@district-graph/kit/reading-time';
import { pieceBytes, type UnreadAnswers } from '@district-graph/kit/unread-answers';
import { Refused } from '@district-graph/kit/valid-operation';
import type { ExecutionArgs, GraphQLError, GraphQLSchema } from 'graphql';
import {
  CloseCode,
  type Context,
  type FormattedExecutionResult,
  handleProtocols,
  MessageType,
  makeServer,
  type Server,
  type SubscribePayload,
} from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Leave } from '../admit/at-once.ts';
import { MemoryBuckets } from '../admit/buckets.ts';
import type { Asking } from '../admit/viewer-key.ts';
import { executionArgs, resultOf } from './execution-args.ts';
import { type LiveNews, tooManyStreams } from './live-news.ts';
import { ReadingPace } from './reading-pace.ts';
import { Results } from './results.ts';
import { controlMessageRate, isSubscribe, messageOf } from './socket-messages.ts';
import { isAllowed, refuse } from './socket-upgrades.ts';

export interface WebSocketsOptions {
  news: LiveNews;
  documents: Documents;
  /** Counts a socket for where it comes from; throws a Refusal where there are too many from there. */
  holdUnknown: (asking: Asking) => Leave;
  /** Counts a socket for who turned out to speak; rejects with a Refusal where they have too many. */
  hold: (asking: Asking) => Promise<Leave>;
  /** Lets an operation in, until it is answered; throws a Refusal for one that must wait. */
  enter: (asking: Asking) => Leave | Promise<Leave>;
  /** Is told how long reading a message kept the thread. */
  charge: (asking: Asking, ms: number) => void;
  maxVariableValues: number;
  answer: (operation: GraphQLOperation, asking: Asking, isAbandoned: () => boolean) => Promise<GraphQLAnswer>;
  /** What clients have not read yet, and for whom that of a socket counts. */
  unread: UnreadAnswers;
  clientOf: (asking: Asking) => Promise<string>;
  /** Rejects for a viewer who is not let in. */
  admit: (asking: Asking) => Promise<unknown>;
  schema: () => GraphQLSchema;
  /** Origins whose pages may connect, beside the gateway's own. */
  allowedOrigins: readonly string[];
  maxMessageBytes: number;
  maxSockets: number;
  initTimeoutMs: number;
  /** A socket is pinged this often, and ended when no answer came by the next time. */
  aliveMs: number;
  /** How long a client that reads nothing is waited for once it is told to go. */
  slowMs: number;
  log: Log;
}

const path = '/graphql';
const maxOperationsPerSocket = 100;
/** "Try again later": clients connect again after it. */
const tryAgainLater = 1013;
const goingAway = 1001;

interface Extra {
  socket: WebSocket;
  headers: IncomingHttpHeaders;
  address: string;
  /** For whom it is counted. */
  leave: Leave;
  /** Of the socket alone. */
  key: string;
}
type Connection = Context<Record<string, unknown>, Extra>;

export class WebSockets {
  #options: WebSocketsOptions;
  #sockets: WebSocketServer;
  #server: Server<Extra>;
  #isClosing = false;
  /** Of operations whose results are not sent yet: each has its place until then. */
  #inWork = new WeakMap<SubscribePayload, Leave>();
  /** How many were opened, and which control messages each of them has sent. */
  #opened = 0;
  #control = new MemoryBuckets();
  /** Of the messages that began operations. */
  #texts = new WeakMap<SubscribePayload, string>();
  #pace = new ReadingPace();

  constructor(options: WebSocketsOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: options.maxMessageBytes,
      handleProtocols,
    });
    this.#server = makeServer<Record<string, unknown>, Extra>({
      connectionInitWaitTimeout: options.initTimeoutMs,
      onConnect: (connection) => this.#admit(connection),
      onSubscribe: (connection, id, payload) => this.#prepare(connection, id, payload),
      subscribe: resultOf,
      execute: resultOf,
      onComplete: (_connection, _id, payload) => this.#inWork.get(payload)?.(),
      onNext: (_connection, _id, _payload, _args, result) => result as FormattedExecutionResult,
    });
  }

  upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    joinAuthorization(request);
    const extra = { headers: request.headers, address: request.socket.remoteAddress ?? '' };
    let held: Omit<Extra, 'socket'>;
    try {
      this.#check(request);
      this.#opened += 1;
      held = { ...extra, key: String(this.#opened), leave: this.#options.holdUnknown(extra) };
    } catch (error) {
      refuse(socket, error as Refusal);
      return;
    }
    // Also when it is gone before it is open.
    socket.once('close', () => held.leave());
    this.#sockets.handleUpgrade(request, socket, head, (opened) => this.#open(opened, held));
  };

  /** Tells all clients to go, and ends those that do not. */
  close(): void {
    this.#isClosing = true;
    for (const socket of this.#sockets.clients) this.#dismiss(socket, goingAway, 'Going away');
  }

  /** Throws a Refusal for what may not be opened, whoever asks. */
  #check({ url, headers }: IncomingMessage): void {
    if (url?.split('?')[0] !== path)
      throw new Refusal(404, 'NOT_FOUND', 'WebSocket 请使用 /graphql。 Use /graphql for WebSocket.');
    if (this.#isClosing) throw new Refusal(503, 'SHUTTING_DOWN', errorCodes.SHUTTING_DOWN);
    if (!isAllowed(headers, this.#options.allowedOrigins))
      throw new Refusal(
        403,
        'BAD_REQUEST',
        '此来源的页面不得连接（ALLOWED_ORIGINS）。 Pages of this origin may not connect (ALLOWED_ORIGINS).',
      );
    if (this.#sockets.clients.size >= this.#options.maxSockets) throw tooManyStreams();
  }

  #open(socket: WebSocket, held: Omit<Extra, 'socket'>): void {
    const { aliveMs, log } = this.#options;
    const extra = Object.assign(held, { socket });
    let hasAnswered = true;
    socket.on('pong', () => {
      hasAnswered = true;
    });
    const alive = setInterval(() => {
      if (!hasAnswered) return socket.terminate();
      hasAnswered = false;
      socket.ping();
    }, aliveMs);
    // The socket closes itself, with the code that the protocol has for it: a message too large, a frame that is none.
    socket.on('error', (error) => log({ event: 'socket error', error: error.message }));
    const closed = this.#server.opened(
      {
        protocol: socket.protocol,
        send: (text) => this.#send(socket, text, extra),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (listener) =>
          socket.on('message', (data) => {
            // What comes after it was told to go.
            if (socket.readyState !== socket.OPEN) return;
            void this.#receive(String(data), listener, extra).catch((error: Error) => {
              if (error instanceof Refusal) socket.close(CloseCode.BadRequest, 'Invalid message received');
              else this.#fail(socket, error);
            });
          }),
      },
      extra,
    );
    socket.once('close', (code, reason) => {
      clearInterval(alive);
      void closed(code, String(reason));
    });
  }

  /** Parses a message once, and hands the library what it would parse it to. */
  async #receive(text: string, listener: (message: string) => Promise<void>, extra: Extra): Promise<void> {
    const message = timedReading(
      text,
      () => messageOf(text),
      (ms) => this.#options.charge(extra, ms),
    );
    const receive = () => (listener as (message: unknown) => Promise<void>)(message);
    if (!isSubscribe(message)) return this.#countControl(extra) ? receive() : undefined;
    const { payload } = message;
    this.#texts.set(payload, text);
    this.#pace.begin(extra.socket, payload);
    try {
      await receive();
    } finally {
      this.#pace.end(extra.socket, payload);
    }
  }

  /** Counts what is no operation that was let in; tells who has sent too much of that to go. */
  #countControl({ key, socket }: Extra): boolean {
    if (this.#control.take(key, controlMessageRate) <= 0) return true;
    this.#dismiss(socket, tryAgainLater, 'Too many messages; connect again later');
    return false;
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
      if (error instanceof Refusal) return false;
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
      if (!(error instanceof Refusal)) throw error;
      this.#dismiss(extra.socket, tryAgainLater, 'Too many sockets');
      return false;
    }
    // One that was closed meanwhile is counted for nobody.
    if (extra.socket.readyState !== extra.socket.OPEN) extra.leave();
    return true;
  }

  async #prepare(
    connection: Connection,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    const { extra } = connection;
    try {
      if (Object.keys(connection.subscriptions).length > maxOperationsPerSocket)
        throw new Refusal(
          429,
          'OVERLOADED',
          `每个连接至多 ${maxOperationsPerSocket} 个操作。 At most ${maxOperationsPerSocket} operations at a time on one socket.`,
        );
      const operation = this.#operationOf(payload, extra);
      if (!isSubscription(operation)) {
        const isAbandoned = () =>
          !(id in connection.subscriptions) || extra.socket.readyState !== extra.socket.OPEN;
        return executionArgs(this.#options.schema(), 'query', () =>
          this.#answers(operation, id, extra, payload, isAbandoned),
        );
      }
      (await this.#options.enter(extra))();
      const lastEventId = payload.extensions?.lastEventId;
      const listener = await this.#options.news.listen(operation, extra, lastEventId);
      // Whoever went while it was prepared would leave it behind.
      if (!Object.hasOwn(connection.subscriptions, id)) await listener.return();
      this.#pace.end(extra.socket, payload);
      listener.onSlow = () => {
        this.#options.log({ event: 'client too slow' });
        this.#dismiss(extra.socket, tryAgainLater, slowReason);
      };
      return executionArgs(
        this.#options.schema(),
        'subscription',
        () => new Results(listener, id, (text) => this.#send(extra.socket, text, extra)),
      );
    } catch (error) {
      if (error instanceof Refused) return error.errors;
      if (error instanceof Refusal) return [this.#refused(await this.#counted(error, extra), extra)];
      throw error;
    }
  }

  /** What is refused before it was let in counts as well. */
  async #counted(refusal: Refusal, extra: Extra): Promise<Refusal> {
    try {
      (await this.#options.enter(extra))();
      return refusal;
    } catch (error) {
      if (error instanceof Refusal) return error;
      throw error;
    }
  }

  #operationOf(payload: SubscribePayload, extra: Extra): GraphQLOperation {
    const { documents, maxVariableValues, charge } = this.#options;
    const text = this.#texts.get(payload) ?? '';
    return timedReading(
      text,
      () => operationOfMessage({ ...payload }, text, documents, maxVariableValues),
      (ms) => charge(extra, ms),
    );
  }

  /**
   * Sends the answer as the text that it is: the library would have it parsed, and write it once more. It is left to tell what
   * is refused, and that there is no more.
   */
  async *#answers(
    operation: GraphQLOperation,
    id: string,
    extra: Extra,
    payload: SubscribePayload,
    isAbandoned: () => boolean,
  ): AsyncGenerator<Record<string, unknown>> {
    const { enter, answer } = this.#options;
    try {
      this.#inWork.set(payload, await enter(extra));
      const { body, encoding } = await answer(operation, extra, isAbandoned);
      if (isAbandoned()) return;
      const head = `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`;
      const parts = [Buffer.from(head), typeof body === 'string' ? Buffer.from(body, encoding) : body];
      await this.#send(extra.socket, Buffer.concat([...parts, messageEnd]), extra);
    } catch (error) {
      if (error instanceof Refusal) yield { errors: [this.#refused(error, extra)] };
      else this.#fail(extra.socket, error as Error);
    }
  }

  #refused(refusal: Refusal, extra: Extra): GraphQLError {
    if (refusal.status === 429) this.#countControl(extra);
    return errorOf(refusal);
  }

  #fail(socket: WebSocket, error: Error): void {
    this.#options.log({ event: 'socket failed', error: error.stack });
    socket.close(CloseCode.InternalServerError, 'Internal server error');
  }

  /**
   * Resolves when the message has left this process: who sends much to one who reads little waits here. A socket that reads
   * nothing answers no ping, and is ended by that.
   */
  async #send(socket: WebSocket, text: string | Buffer, extra: Asking): Promise<void> {
    if (text.length <= pieceBytes && socket.bufferedAmount === 0) return sent(socket, text);
    const { unread, clientOf } = this.#options;
    try {
      const held = unread.hold(await clientOf(extra), Buffer.byteLength(text), () => socket.terminate());
      await sent(socket, text);
      held.end();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#dismiss(socket, tryAgainLater, slowReason);
    }
  }

  #dismiss(socket: WebSocket, code: number, reason: string): void {
    socket.close(code, reason);
    const timer = setTimeout(() => socket.terminate(), this.#options.slowMs);
    socket.once('close', () => clearTimeout(timer));
  }
}

const errorOf = ({ code, message, details }: Refusal): GraphQLError =>
  graphError(code, message, { ...details.extensions });

const messageEnd = Buffer.from('}');

const slowReason = 'Reads too slowly; connect again with lastEventId';

/** Resolves when the message has left this process. */
const sent = (socket: WebSocket, text: string | Buffer): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    // One that fails to be sent is of a socket that closes.
    socket.send(text, { binary: false }, () => resolve());
  });
