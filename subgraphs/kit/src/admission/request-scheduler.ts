// Requests wait for their client's turn where more have come than are run at once, and what comes as a flood is ended.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionLimiter } from './connection-limiter.ts';
import { EventLoopScheduler } from './event-loop-scheduler.ts';

/** Requests that may wait on one connection: clients that pipeline send a few ahead. */
const maxOfConnection = 100;

export class RequestScheduler {
  #open: RequestListener;
  #clientOf: (request: IncomingMessage) => unknown;
  #floods: ConnectionLimiter;
  #turns = new EventLoopScheduler();
  #waitingOn = new Map<Socket, number>();

  constructor(
    open: RequestListener,
    clientOf: (request: IncomingMessage) => unknown,
    floods: ConnectionLimiter,
  ) {
    this.#open = open;
    this.#clientOf = clientOf;
    this.#floods = floods;
  }

  handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    // What has come on a connection is emitted to its end, also where that was cut.
    if (socket.destroyed) return;
    if (this.#turns.tryStart()) {
      this.#open(request, response);
      return;
    }
    const waiting = (this.#waitingOn.get(socket) ?? 0) + 1;
    if (waiting > maxOfConnection) {
      this.#floods.cut(socket);
      return;
    }
    this.#waitingOn.set(socket, waiting);
    this.#turns.enqueue(this.#clientOf(request), {
      run: () => {
        this.#waitsNoMore(socket);
        if (!socket.destroyed) this.#open(request, response);
      },
      cut: () => {
        this.#waitsNoMore(socket);
        socket.destroy();
      },
    });
  };

  #waitsNoMore(socket: Socket): void {
    const waiting = (this.#waitingOn.get(socket) ?? 0) - 1;
    if (waiting > 0) this.#waitingOn.set(socket, waiting);
    else this.#waitingOn.delete(socket);
  }
}
