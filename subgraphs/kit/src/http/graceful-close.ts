// Closes an HTTP server without resetting connections that clients have just made.
import type { RequestListener, Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate as nextIteration, setTimeout as sleep } from 'node:timers/promises';

/** How long at most the system's accept queue is emptied before the listener is closed. Requests wait that long. */
const acceptWaitingMs = 500;
/** An iteration of the event loop that took longer did other work, while connections may have arrived. */
const quietIterationMs = 1;
/** How long a connection that has sent no request yet may take to send one after the listener is closed. */
const firstRequestMs = 1000;
/** How long requests in flight may take after the listener is closed: as long as an operation may. */
const lastRequestsMs = 10_000;

/** Lets the listener answer the server's requests. Returns a function that closes the server and resolves once the last connection has ended. */
export function answerUntilClosed(
  server: Server,
  isSecure: boolean,
  listener: RequestListener,
): () => Promise<void> {
  /** Connections without a request so far. Node regards them as idle, although a request may be on its way. */
  const unused = new Set<Socket>();
  let onNoneUnused = () => {};
  const used = (socket: Socket) => {
    if (unused.delete(socket) && unused.size === 0) onNoneUnused();
  };
  let closing: Promise<void> | null = null;
  server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => used(socket));
  });
  // Once there is a listener for upgrades, Node hands it every connection that offers another protocol.
  if (server.listenerCount('upgrade') > 0) server.on('upgrade', ({ socket }) => used(socket));
  server.on('request', (request, response) => {
    used(request.socket);
    if (closing) void closing.then(() => listener(request, response));
    else listener(request, response);
  });

  return async () => {
    // Clients that wait for an answer make no new connections meanwhile, so the accept queue runs empty.
    closing = acceptWaiting(server);
    await closing;
    // `http.Server.close` would first close idle connections, among them those whose request is on its way.
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    closing = null;
    const force = setTimeout(() => server.closeAllConnections(), lastRequestsMs);
    const waiting = new AbortController();
    onNoneUnused = () => waiting.abort();
    if (unused.size > 0) await sleep(firstRequestMs, undefined, waiting).catch(() => {});
    server.close();
    await closed;
    clearTimeout(force);
  };
}

/**
 * Accepts the connections in the system's accept queue, which are reset if they are still in it when the listener is closed. The
 * listener must be closed in the same iteration: then only connections that arrive within some microseconds are reset.
 */
async function acceptWaiting(server: Server): Promise<void> {
  let hasAccepted = false;
  const onConnection = () => {
    hasAccepted = true;
  };
  server.on('connection', onConnection);
  const end = performance.now() + acceptWaitingMs;
  for (let isQuiet = false; !isQuiet && performance.now() < end; ) {
    hasAccepted = false;
    const startedAt = performance.now();
    await nextIteration();
    isQuiet = !hasAccepted && performance.now() - startedAt < quietIterationMs;
  }
  server.off('connection', onConnection);
}
