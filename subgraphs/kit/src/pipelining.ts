// Requests that a client sends on one connection without waiting for answers: Node reads and runs what has come of them, some
// megabytes, before anybody else's turn.
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

const maxOfOneTurn = 100;
/** Requests of each connection in this turn of the event loop. */
const counts = new Map<Socket, number>();

/** Counts a request. False where its connection has sent too many at once: then it is ended. */
export function countOfTurn({ socket }: IncomingMessage): boolean {
  if (socket.destroyed) return false;
  if (counts.size === 0) setImmediate(() => counts.clear());
  const count = (counts.get(socket) ?? 0) + 1;
  counts.set(socket, count);
  if (count > maxOfOneTurn) socket.destroy();
  return count <= maxOfOneTurn;
}
