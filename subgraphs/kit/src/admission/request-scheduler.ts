// Lets requests that arrive faster than they can be started wait for their client's turn, and cuts connections that flood.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionLimiter } from './connection-limiter.ts';
import { EventLoopScheduler } from './event-loop-scheduler.ts';
import { KeyCounts } from './key-counts.ts';

/** Requests that may wait on one connection. Clients that pipeline send a few ahead. */
const maxOfConnection = 100;

export class RequestScheduler {
  #listener: RequestListener;
  #clientOf: (request: IncomingMessage) => unknown;
  #connections: ConnectionLimiter;
  #scheduler = new EventLoopScheduler();
  #waiting = new KeyCounts<Socket>();

  constructor(
    listener: RequestListener,
    clientOf: (request: IncomingMessage) => unknown,
    connections: ConnectionLimiter,
  ) {
    this.#listener = listener;
    this.#clientOf = clientOf;
    this.#connections = connections;
  }

  handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    // Node emits every request that has arrived on a connection, even after the connection was destroyed.
    if (socket.destroyed) return;
    if (this.#scheduler.tryStart()) {
      this.#listener(request, response);
      return;
    }
    if (this.#waiting.of(socket) >= maxOfConnection) {
      this.#connections.cut(socket);
      return;
    }
    this.#waiting.add(socket, 1);
    this.#scheduler.enqueue(this.#clientOf(request), {
      run: () => {
        this.#waiting.add(socket, -1);
        if (!socket.destroyed) this.#listener(request, response);
      },
      reject: () => {
        this.#waiting.add(socket, -1);
        socket.destroy();
      },
    });
  };
}
