// Closes an HTTP server without a reset for clients whose connections have only just been made.
import type { RequestListener, Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';

/** How long the queue of the system is emptied at most before the listener is closed: requests wait so long. */
const acceptWaitingMs = 500;
/** A turn of the event loop that took longer did other work, while connections may have come. */
const quietTurnMs = 1;
/** How long a connection on which nothing was sent yet may take to send its request once the listener is closed. */
const firstRequestMs = 1000;
/** How long requests in flight may take once the server listens no more: as long as an operation may. */
const lastRequestsMs = 10_000;

/** Lets the listener answer the server's requests, and returns what closes it: resolves once the last connection has ended. */
export function answerUntilClosed(
  server: Server,
  isSecure: boolean,
  listener: RequestListener,
): () => Promise<void> {
  /** Connections on which no request has come yet: Node takes them for idle, though one may be on its way. */
  const unasked = new Set<Socket>();
  let onAllAsked = () => {};
  const asked = (socket: Socket) => {
    if (unasked.delete(socket) && unasked.size === 0) onAllAsked();
  };
  let closing: Promise<void> | null = null;
  server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => {
    unasked.add(socket);
    socket.once('close', () => asked(socket));
  });
  // To one who listens Node hands over every connection on which another protocol is offered.
  if (server.listenerCount('upgrade') > 0) server.on('upgrade', ({ socket }) => asked(socket));
  server.on('request', (request, response) => {
    asked(request.socket);
    if (closing) void closing.then(() => listener(request, response));
    else listener(request, response);
  });

  return async () => {
    // Clients that wait for an answer make no new connections meanwhile: what is left to accept comes to an end.
    closing = acceptWaiting(server);
    await closing;
    // The method of `http.Server` would close idle connections first: those that ask just now among them.
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    closing = null;
    const force = setTimeout(() => server.closeAllConnections(), lastRequestsMs);
    const waiting = new AbortController();
    onAllAsked = () => waiting.abort();
    if (unasked.size > 0) await sleep(firstRequestMs, undefined, waiting).catch(() => {});
    server.close();
    await closed;
    clearTimeout(force);
  };
}

/**
 * Accepts what waits in the queue of the system, which resets those that still wait there when the listener is closed. The
 * caller has to close it in the same turn: then what comes between the two, some microseconds, is reset and nothing else.
 */
async function acceptWaiting(server: Server): Promise<void> {
  let hasCome = false;
  const onConnection = () => {
    hasCome = true;
  };
  server.on('connection', onConnection);
  const end = performance.now() + acceptWaitingMs;
  for (let isQuiet = false; !isQuiet && performance.now() < end; ) {
    hasCome = false;
    const began = performance.now();
    await turn();
    isQuiet = !hasCome && performance.now() - began < quietTurnMs;
  }
  server.off('connection', onConnection);
}
