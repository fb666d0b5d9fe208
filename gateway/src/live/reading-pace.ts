// Who sends operations over a socket faster than they are answered is read no further meanwhile.
import type { WebSocket } from 'ws';

/** Operations of one socket that have begun and are not answered; a subscription counts until it listens. */
const maxBegun = 16;

export class ReadingPace {
  #begun = new WeakMap<WebSocket, Set<unknown>>();

  begin(socket: WebSocket, operation: unknown): void {
    const begun = this.#begun.get(socket) ?? new Set();
    this.#begun.set(socket, begun.add(operation));
    if (begun.size > maxBegun && socket.readyState === socket.OPEN) socket.pause();
  }

  end(socket: WebSocket, operation: unknown): void {
    const begun = this.#begun.get(socket);
    if (begun?.delete(operation) && begun.size <= maxBegun) socket.resume();
  }
}
