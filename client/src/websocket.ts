// Subscriptions over WebSocket (graphql-transport-ws), for networks that hold event streams back: one socket for all of a client's subscriptions.
import { GraphError, type ResponseBody, type ResponseError } from './errors.ts';
import type { StreamMessage, StreamRequest, SubscriptionTransport } from './subscription.ts';

export interface WebSocketOptions {
  /** The constructor, where there is none in the global scope, as in Node 20. */
  WebSocket?: WebSocketConstructor;
  /** How often a ping is sent; a socket that does not answer it until the next is taken for dead. 15,000 by default. */
  pingMs?: number;
}

/** What is needed of a WebSocket: that of browsers, Node 22 and the package `ws` have it. */
export interface WebSocketLike {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
}
export type WebSocketConstructor = new (url: string, protocol: string) => WebSocketLike;

interface ServerMessage {
  type: string;
  id?: string;
  payload?: unknown;
}

/** Receives what belongs to one subscription. */
interface Listener {
  receive: (message: StreamMessage) => void;
  end: (error: GraphError | null) => void;
}

const protocol = 'graphql-transport-ws';
/** A subscription whose messages are taken so slowly is ended, and opened again after the last one that was taken. */
const maxWaiting = 1000;

export function webSockets({ WebSocket, pingMs = 15_000 }: WebSocketOptions = {}): SubscriptionTransport {
  const Socket = WebSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  if (!Socket) throw new TypeError('There is no WebSocket here: pass its constructor.');
  const sockets = new Map<string, SharedSocket>();
  return async function* (request) {
    // The viewer and the purpose belong to the socket.
    const key = JSON.stringify([request.url, request.token, request.purpose]);
    let socket = sockets.get(key);
    if (!socket || socket.isClosed) {
      socket = new SharedSocket(new Socket(addressOf(request.url), protocol), request, pingMs);
      sockets.set(key, socket);
    }
    try {
      yield* socket.subscribe(request);
    } finally {
      if (socket.closeIfUnused() && sockets.get(key) === socket) sockets.delete(key);
    }
  };
}

const addressOf = (url: string): string =>
  new URL(url, (globalThis as { location?: { href: string } }).location?.href).href.replace(/^http/, 'ws');

class SharedSocket {
  #socket: WebSocketLike;
  #listeners = new Map<string, Listener>();
  #acknowledged: Promise<void>;
  #isAcknowledged = false;
  #lastId = 0;
  #close: (error: GraphError) => void = () => {};
  #pinging: ReturnType<typeof setInterval> | undefined;
  #isAnswered = true;
  isClosed = false;

  constructor(socket: WebSocketLike, { token, purpose }: StreamRequest, pingMs: number) {
    this.#socket = socket;
    this.#acknowledged = new Promise((resolve, reject) => {
      socket.onopen = () => {
        this.#send({
          type: 'connection_init',
          payload: {
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
            ...(purpose === null ? {} : { purpose }),
          },
        });
        this.#pinging = setInterval(() => this.#ping(), pingMs);
      };
      socket.onmessage = ({ data }: { data: unknown }) => {
        const message = JSON.parse(String(data)) as ServerMessage;
        if (message.type === 'connection_ack') {
          this.#isAcknowledged = true;
          resolve();
        } else this.#receive(message);
      };
      this.#close = (error) => {
        if (this.isClosed) return;
        this.isClosed = true;
        clearInterval(this.#pinging);
        reject(error);
        for (const { end } of [...this.#listeners.values()]) end(error);
      };
      socket.onerror = () => {};
      socket.onclose = ({ code, reason }: { code: number; reason: string }) =>
        this.#close(closeError(code, reason, this.#isAcknowledged));
    });
    this.#acknowledged.catch(() => {});
  }

  async *subscribe({ body, lastEventId, signal }: StreamRequest): AsyncGenerator<StreamMessage> {
    const id = String(++this.#lastId);
    const messages: StreamMessage[] = [];
    let wake = () => {};
    let ended: { error: GraphError | null } | null = null;
    const end = (error: GraphError | null) => {
      ended ??= { error };
      wake();
    };
    const abort = () => end(null);
    signal.addEventListener('abort', abort, { once: true });
    this.#listeners.set(id, {
      end,
      receive: (message) => {
        messages.push(message);
        if (messages.length > maxWaiting) end(null);
        wake();
      },
    });
    try {
      await Promise.race([
        this.#acknowledged,
        new Promise((resolve) => signal.addEventListener('abort', resolve)),
      ]);
      if (signal.aborted) return;
      const extensions = { ...(body.extensions as object | undefined), ...(lastEventId && { lastEventId }) };
      this.#send({ type: 'subscribe', id, payload: { ...body, extensions } });
      // A stream that resumes has no first message.
      if (lastEventId !== null) yield { id: null, result: null };
      for (;;) {
        const message = messages.shift();
        if (message) yield message;
        else if (ended) {
          const { error } = ended as { error: GraphError | null };
          if (error) throw error;
          return;
        } else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    } finally {
      signal.removeEventListener('abort', abort);
      this.#listeners.delete(id);
      if (this.#isAcknowledged) this.#send({ type: 'complete', id });
    }
  }

  /** Closes the socket after its last subscription; returns whether it is closed. */
  closeIfUnused(): boolean {
    if (this.#listeners.size === 0 && !this.isClosed) {
      this.isClosed = true;
      clearInterval(this.#pinging);
      this.#socket.close(1000, 'done');
    }
    return this.isClosed;
  }

  #receive({ type, id = '', payload }: ServerMessage): void {
    if (type === 'pong') this.#isAnswered = true;
    if (type === 'ping') {
      this.#send({ type: 'pong' });
      const { id: started = '', eventId } = (payload ?? {}) as { id?: string; eventId?: string };
      if (eventId) this.#listeners.get(started)?.receive({ id: eventId, result: null });
      return;
    }
    const listener = this.#listeners.get(id);
    if (type === 'complete') listener?.end(null);
    if (type === 'error') listener?.receive({ id: null, result: { errors: payload as ResponseError[] } });
    if (type !== 'next') return;
    const result = payload as ResponseBody;
    const eventId = result.extensions?.eventId;
    listener?.receive({ id: typeof eventId === 'string' ? eventId : null, result });
  }

  #ping(): void {
    if (!this.#isAnswered) {
      this.#socket.close(4000, 'no pong');
      // A dead connection would report its end only after minutes.
      this.#close(new GraphError('NETWORK_ERROR', 'the socket does not answer'));
      return;
    }
    this.#isAnswered = false;
    this.#send({ type: 'ping' });
  }

  #send(message: ServerMessage): void {
    if (!this.isClosed) this.#socket.send(JSON.stringify(message));
  }
}

/** What the end of a socket means for its subscriptions (docs/subscriptions.md). */
function closeError(code: number, reason: string, isAcknowledged: boolean): GraphError {
  const text = `the socket was closed with ${code}${reason && `: ${reason}`}`;
  if (code === 4403 && !isAcknowledged) return new GraphError('UNAUTHENTICATED', text);
  if (code === 1013) return new GraphError('OVERLOADED', text, { retryAfterMs: 5000 });
  if (code === 4400 || code === 1009) return new GraphError('BAD_REQUEST', text);
  return new GraphError('NETWORK_ERROR', text);
}
