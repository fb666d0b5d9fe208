// The changes of one subgraph: one connection for all who follow them, and what came before for those who come back.
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { get as getSecurely } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@district-graph/kit/log';
import { type ChangeEvent, isAfter } from '@district-graph/kit/mutations/change-stream';

/** Where a subgraph tells its changes, and what makes us known there. */
export interface ChangeStreamEndpoint {
  url: string;
  headers: Record<string, string>;
  /** PEM of the authorities by which an https address is checked; null for Node's own. */
  ca: string | null;
}

export interface ChangeListener {
  onChange: (event: ChangeEvent) => void;
  /** The connection is lost; what happens meanwhile is told once there is another. */
  onDisconnected: () => void;
  /** The subgraph has not got as far as it had: its database is another, such as one restored from a backup. */
  onReset: () => void;
}

export const retryMs = 500;
/** The subgraph says something at least every 15 s: one that is silent for longer is gone, even if nothing says so. */
const silentMs = 45_000;
const connectMs = 5000;

/** The subgraph answered, and tells no changes. */
export class ChangeStreamError extends Error {
  readonly status: number | undefined;

  constructor(status: number | undefined) {
    super(`status ${status}`);
    this.status = status;
  }
}

export class ChangeStreamClient {
  readonly name: string;
  #place: () => ChangeStreamEndpoint | null;
  #log: Log;
  #followers = new Set<ChangeListener>();
  #running: AbortController | null = null;
  /** Where the connection stands: if it is lost, the next goes on from there. */
  #cursor: string | null = null;
  #begin: Promise<string | null> = Promise.resolve(null);
  #isLost = false;

  constructor(name: string, place: () => ChangeStreamEndpoint | null, log: Log) {
    this.name = name;
    this.#place = place;
    this.#log = log;
  }

  /** Calls back for each change until the function that is returned is called. */
  subscribe(follower: ChangeListener): () => void {
    this.#followers.add(follower);
    if (!this.#running) this.#start();
    return () => {
      this.#followers.delete(follower);
      if (this.#followers.size === 0) this.#stop();
    };
  }

  /** Whether it has no connection and looks for one. */
  get isDisconnected(): boolean {
    return this.#isLost;
  }

  /** Where it stands: what comes after is called back. Waits for the first connection; null when nobody follows any more. */
  currentCursor(): Promise<string | null> {
    return this.#cursor === null ? this.#begin : Promise.resolve(this.#cursor);
  }

  /**
   * The changes after a cursor that are there by now. Rejects when the subgraph cannot be asked; a replay, with ChangesRefused
   * of status 410 where they are more, or older, than one who was away is told of, and 400 for a cursor that the subgraph does not know.
   */
  async *changesAfter(cursor: string, signal: AbortSignal, isReplay = false): AsyncGenerator<ChangeEvent> {
    for await (const message of messages(this.#place(), cursor, signal, isReplay)) {
      if (message.isAll) return;
      if (message.event) yield message.event;
    }
  }

  close(): void {
    this.#followers.clear();
    this.#stop();
  }

  #start(): void {
    const running = new AbortController();
    this.#running = running;
    const { promise, resolve } = Promise.withResolvers<string | null>();
    this.#begin = promise;
    this.#run(running.signal, resolve).catch((error: Error) => {
      this.#log({ event: 'changes not followed', subgraph: this.name, error: error.stack });
      resolve(null);
    });
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#cursor = null;
    this.#isLost = false;
  }

  async #run(signal: AbortSignal, begin: (cursor: string | null) => void): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const { id, event } of messages(this.#place(), this.#cursor, signal)) {
          if (signal.aborted) break;
          this.#isLost = false;
          if (id && this.#cursor && isAfter(this.#cursor, id))
            for (const { onReset: onAnother } of this.#followers) onAnother();
          if (id) this.#cursor = id;
          begin(this.#cursor);
          if (event) for (const { onChange } of this.#followers) onChange(event);
        }
      } catch (error) {
        // Of failures in a row the first is told.
        if (!signal.aborted && !this.#isLost)
          this.#log({ event: 'changes lost', subgraph: this.name, error: reasonOf(error as Error) });
      }
      if (!signal.aborted && !this.#isLost) {
        this.#isLost = true;
        for (const { onDisconnected: onLost } of this.#followers) onLost();
      }
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
    begin(null);
  }
}

interface Message {
  id: string | null;
  event: ChangeEvent | null;
  /** Whether all there is was sent. */
  isAll: boolean;
}

async function* messages(
  place: ChangeStreamEndpoint | null,
  after: string | null,
  signal: AbortSignal,
  isReplay = false,
): AsyncGenerator<Message> {
  if (!place) throw new Error('no such subgraph');
  const address = new URL('/changes', place.url);
  if (after !== null) address.searchParams.set('after', after);
  if (isReplay) address.searchParams.set('replay', '');
  const silence = new AbortController();
  const giveUp = () => silence.abort(new Error('silent for too long'));
  let timer = setTimeout(giveUp, connectMs);
  try {
    const response = await ask(address, place, AbortSignal.any([signal, silence.signal]));
    let rest = '';
    for await (const chunk of response.setEncoding('utf8')) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, silentMs);
      rest += chunk;
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        const lines = rest.slice(0, end).split('\n');
        rest = rest.slice(end + 2);
        const textOf = (name: string) =>
          lines.find((line) => line.startsWith(name))?.slice(name.length) ?? null;
        const data = textOf('data: ');
        yield {
          id: textOf('id: '),
          event: data === null ? null : (JSON.parse(data) as ChangeEvent),
          isAll: lines.includes(': all'),
        };
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

/** The answer, of which nothing is read yet. Rejects with ChangesRefused for any status but 200: no redirect is followed. */
async function ask(
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
  // What ends it later is told by the answer.
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode === 200) return response;
  response.destroy();
  throw new ChangeStreamError(response.statusCode);
}

/** What the log says of it: never an address. */
const reasonOf = (error: NodeJS.ErrnoException): string => error.code ?? error.message;
