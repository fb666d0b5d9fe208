// Accepts WebSockets at /graphql, watches over them while they are open, and hands their messages to the protocol.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { joinAuthorization } from '@district-graph/kit/admission/client-address';
import { errorCodes } from '@district-graph/kit/errors';
import { HttpError } from '@district-graph/kit/http-error';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { clientRequestOf } from '../admission/viewer-key.ts';
import { Inbox, MessageQueue } from './message-queue.ts';
import type { AcceptedSocket, OpenSocket } from './open-socket.ts';
import { SocketOperations } from './socket-operations.ts';
import { goingAway, SocketProtocol } from './socket-protocol.ts';
import { isAllowedOrigin, refuseUpgrade } from './socket-upgrades.ts';
import { UnfinishedMessage } from './unfinished-message.ts';
import type { WebSocketsOptions } from './web-socket-options.ts';

const path = '/graphql';
/** Fragments that a message may consist of. Clients that fragment messages use 8 KiB and more for each. */
const maxFragments = 32;
/** Reads that a frame may be spread over: a slow network delivers a kilobyte or more at a time. */
const maxBufferedChunks = 1024;

export class WebSockets {
  #options: WebSocketsOptions;
  #sockets: WebSocketServer;
  #protocol: SocketProtocol;
  #queue = new MessageQueue();
  #isClosing = false;
  #accepted = 0;

  constructor(options: WebSocketsOptions) {
    this.#options = options;
    this.#protocol = new SocketProtocol(options);
    this.#sockets = new WebSocketServer({
      noServer: true,
      // In one turn of the event loop a socket emits one frame; what other sockets have sent is read before its next.
      allowSynchronousEvents: false,
      maxPayload: options.maxMessageBytes,
      maxFragments,
      maxBufferedChunks,
      ...{ closeTimeout: options.slowMs },
      handleProtocols,
    });
  }

  upgrade = (request: IncomingMessage, connection: Duplex, head: Buffer): void => {
    // Nothing else handles errors of the connection until the socket is open.
    const onError = () => connection.destroy();
    connection.once('error', onError);
    this.#accept(request, connection).then(
      (accepted) => {
        connection.off('error', onError);
        if (connection.destroyed || this.#isClosing) {
          accepted.release();
          connection.destroy();
          return;
        }
        // Also when the connection is closed before the socket is open.
        connection.once('close', () => accepted.release());
        this.#sockets.handleUpgrade(request, connection, head, (socket) => {
          const end = this.#serve(socket, connection, accepted);
          // The socket itself may still emit what it received before.
          connection.once('close', end);
        });
      },
      (error: unknown) => refuseUpgrade(connection, error as HttpError),
    );
  };

  /** Closes all sockets, and terminates those whose clients do not close in time. */
  close(): void {
    this.#isClosing = true;
    for (const socket of this.#sockets.clients) socket.close(goingAway, 'Going away');
  }

  /** Rejects with an HttpError for a socket that may not be opened. */
  async #accept(request: IncomingMessage, connection: Duplex): Promise<AcceptedSocket> {
    const { limits, identify } = this.#options;
    joinAuthorization(request);
    this.#check(request);
    connection.once('close', limits.acquire());
    this.#accepted += 1;
    const key = String(this.#accepted);
    const client = await identify(clientRequestOf(request));
    return { client, key, release: limits.acquireOpening(client), operations: new SocketOperations() };
  }

  /** Throws an HttpError for an upgrade request that is refused whoever sends it. */
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
  }

  /** Serves an open socket; returns what to call once its connection is closed. */
  #serve(socket: WebSocket, connection: Duplex, accepted: AcceptedSocket): () => void {
    const { aliveMs, limits, unfinished, maxMessageBytes, log } = this.#options;
    const client = limits.addressKeyOf(accepted.client);
    const onTooMany = () => this.#protocol.closeForTooMany(socket);
    const message = new UnfinishedMessage(connection, socket, {
      unfinished,
      client,
      maxBytes: maxMessageBytes,
      onTooMuch: onTooMany,
    });
    let receive = (_text: string): void => {};
    const handle = (data: Buffer) => receive(String(data));
    const inbox = new Inbox({ queue: this.#queue, client, socket, handle, onTooMany });
    const open: OpenSocket = Object.assign(accepted, { socket, inbox });
    let hasAnswered = true;
    const ping = setInterval(() => {
      if (!hasAnswered || message.isLate) return socket.terminate();
      hasAnswered = false;
      socket.ping();
    }, aliveMs);
    // ws delivers a message as one buffer.
    socket.on('message', (data) => inbox.add(data as Buffer));
    socket.on('ping', () => inbox.countFrame() && this.#protocol.countControlMessage(open));
    socket.on('pong', () => {
      hasAnswered = true;
      if (inbox.countFrame()) this.#protocol.countControlMessage(open);
    });
    // ws closes the socket with the code that the protocol defines: for a message too large, or an invalid frame.
    socket.on('error', (error) => log({ event: 'socket error', error: error.message }));
    const ended = this.#protocol.open(open, (listener) => {
      receive = listener;
    });
    return () => {
      clearInterval(ping);
      ended();
    };
  }
}
