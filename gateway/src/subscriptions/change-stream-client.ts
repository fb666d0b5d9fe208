// Reads the change stream of one subgraph: one connection for all subscribers, and replays for those that reconnect.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@district-graph/kit/log';
import { type ChangeEvent, isAfter } from '@district-graph/kit/mutations/change-stream';

/** Where a subgraph serves its change stream, and the headers by which it recognizes the gateway. */
export interface ChangeStreamEndpoint {
  url: string;
  headers: Record<string, string>;
  /** PEM of the certificate authorities that an https address is verified against; null for those of Node. */
  ca: string | null;
}

export interface ChangeSubscriber {
  onChange: (event: ChangeEvent) => void;
  /** The connection is lost. Changes made meanwhile are delivered after reconnecting. */
  onDisconnected: () => void;
  /** The stream restarted before the last cursor: the subgraph has another database, such as one restored from a backup. */
  onReset: () => void;
}

export const retryMs = 500;
/** The subgraph writes at least every 15 s. A connection that is silent for longer is dead, even if nothing has reported it. */
const silentMs = 45_000;
const connectMs = 5000;

/** The subgraph answered with a status other than 200. */
export class ChangeStreamError extends Error {
  readonly status: number | undefined;

  constructor(status: number | undefined) {
    super(`status ${status}`);
    this.status = status;
  }
}

export class ChangeStreamClient {
  readonly name: string;
  #endpoint: () => ChangeStreamEndpoint | null;
  #log: Log;
  #subscribers = new Set<ChangeSubscriber>();
  #running: AbortController | null = null;
  /** The cursor of the last message. After a disconnect the stream continues from there. */
  #cursor: string | null = null;
  #firstCursor: Promise<string | null> = Promise.resolve(null);
  #isDisconnected = false;

  constructor(name: string, endpoint: () => ChangeStreamEndpoint | null, log: Log) {
    this.name = name;
    this.#endpoint = endpoint;
    this.#log = log;
  }

  /** Calls the subscriber for each change until the returned function is called. */
  subscribe(subscriber: ChangeSubscriber): () => void {
    this.#subscribers.add(subscriber);
    if (!this.#running) this.#start();
    return () => {
      this.#subscribers.delete(subscriber);
      if (this.#subscribers.size === 0) this.#stop();
    };
  }

  /** Whether it has lost its connection and is reconnecting. */
  get isDisconnected(): boolean {
    return this.#isDisconnected;
  }

  /** The cursor after which changes are delivered, once first connected; null when nobody is subscribed any more. */
  currentCursor(): Promise<string | null> {
    return this.#cursor === null ? this.#firstCursor : Promise.resolve(this.#cursor);
  }

  /**
   * The changes after a cursor that exist by now. Rejects when the subgraph cannot be reached. A replay rejects with a
   * ChangeStreamError of status 410 when there are more, or older, changes than are replayed, and 400 for an unknown cursor.
   */
  async *changesAfter(cursor: string, signal: AbortSignal, isReplay = false): AsyncGenerator<ChangeEvent> {
    for await (const message of messages(this.#endpoint(), cursor, signal, isReplay)) {
      if (message.isUpToDate) return;
      if (message.event) yield message.event;
    }
  }

  close(): void {
    this.#subscribers.clear();
    this.#stop();
  }

  #start(): void {
    const running = new AbortController();
    this.#running = running;
    const { promise, resolve } = Promise.withResolvers<string | null>();
    this.#firstCursor = promise;
    this.#run(running.signal, resolve).catch((error: Error) => {
      this.#log({ event: 'change stream failed', subgraph: this.name, error: error.stack });
      resolve(null);
    });
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#cursor = null;
    this.#isDisconnected = false;
  }

  async #run(signal: AbortSignal, onCursor: (cursor: string | null) => void): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const { id, event } of messages(this.#endpoint(), this.#cursor, signal)) {
          if (signal.aborted) break;
          this.#isDisconnected = false;
          if (id && this.#cursor && isAfter(this.#cursor, id))
            for (const { onReset } of this.#subscribers) onReset();
          if (id) this.#cursor = id;
          onCursor(this.#cursor);
          if (event) for (const { onChange } of this.#subscribers) onChange(event);
        }
      } catch (error) {
        // Of consecutive failures only the first is logged.
        if (!signal.aborted && !this.#isDisconnected)
          this.#log({
            event: 'change stream disconnected',
            subgraph: this.name,
            error: reasonOf(error as Error),
          });
      }
      if (!signal.aborted && !this.#isDisconnected) {
        this.#isDisconnected = true;
        for (const { onDisconnected } of this.#subscribers) onDisconnected();
      }
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
    onCursor(null);
  }
}

interface Message {
  id: string | null;
  event: ChangeEvent | null;
  /** Whether all changes that exist have been sent. */
  isUpToDate: boolean;
}

async function* messages(
  endpoint: ChangeStreamEndpoint | null,
  after: string | null,
  signal: AbortSignal,
  isReplay = false,
): AsyncGenerator<Message> {
  if (!endpoint) throw new Error('no such subgraph');
  const address = new URL('/changes', endpoint.url);
  if (after !== null) address.searchParams.set('after', after);
  if (isReplay) address.searchParams.set('replay', '');
  const silence = new AbortController();
  const giveUp = () => silence.abort(new Error('silent for too long'));
  let timer = setTimeout(giveUp, connectMs);
  try {
    const response = await connect(address, endpoint, AbortSignal.any([signal, silence.signal]));
    let rest = '';
    for await (const chunk of response.setEncoding('utf8')) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, silentMs);
      rest += chunk;
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        yield parseMessage(rest.slice(0, end).split('\n'));
        rest = rest.slice(end + 2);
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

function parseMessage(lines: readonly string[]): Message {
  const field = (prefix: string) =>
    lines.find((line) => line.startsWith(prefix))?.slice(prefix.length) ?? null;
  const data = field('data: ');
  return {
    id: field('id: '),
    event: data === null ? null : (JSON.parse(data) as ChangeEvent),
    isUpToDate: lines.includes(': all'),
  };
}

/** The response, before its body is read. Rejects with a ChangeStreamError for any status but 200: no redirect is followed. */
async function connect(
  address: URL,
  { headers, ca }: ChangeStreamEndpoint,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = (address.protocol === 'https:' ? getSecurely : get)(address, {
    headers,
    signal,
    agent: false,
    ...(ca && { ca }),
  });
  // Later errors are emitted by the response.
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode === 200) return response;
  response.destroy();
  throw new ChangeStreamError(response.statusCode);
}

/** The reason that is logged; never an address. */
const reasonOf = (error: NodeJS.ErrnoException): string => error.code ?? error.message;
