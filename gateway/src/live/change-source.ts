// The changes of one subgraph: one connection for all who follow them, and what came before for those who come back.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeEvent } from '@district-graph/kit/change-feed';
import type { Log } from '@district-graph/kit/log';

export type Follower = (event: ChangeEvent) => void;

const retryMs = 500;

export class ChangeSource {
  #name: string;
  #url: () => string | null;
  #log: Log;
  #followers = new Set<Follower>();
  #running: AbortController | null = null;
  /** Where the connection stands: if it is lost, the next goes on from there. */
  #cursor: string | null = null;
  #connected: Promise<void> = Promise.resolve();

  constructor(name: string, url: () => string | null, log: Log) {
    this.#name = name;
    this.#url = url;
    this.#log = log;
  }

  /** Calls back for each change from now on, until the function that is returned is called. */
  async follow(follower: Follower): Promise<() => void> {
    this.#followers.add(follower);
    if (!this.#running) this.#start();
    await this.#connected;
    return () => {
      this.#followers.delete(follower);
      if (this.#followers.size === 0) this.#stop();
    };
  }

  /** The changes after a cursor that are there by now. */
  async *since(cursor: string, signal: AbortSignal): AsyncGenerator<ChangeEvent> {
    for await (const message of messages(this.#url(), cursor, signal)) {
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
    let settle = () => {};
    this.#connected = new Promise((resolve) => {
      settle = resolve;
    });
    void this.#run(running.signal, settle);
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#cursor = null;
  }

  async #run(signal: AbortSignal, connected: () => void): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const { id, event } of messages(this.#url(), this.#cursor, signal)) {
          if (id) this.#cursor = id;
          connected();
          if (event) for (const follower of this.#followers) follower(event);
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#log({ event: 'changes lost', subgraph: this.#name, error: (error as Error).message });
      }
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
    connected();
  }
}

interface Message {
  id: string | null;
  event: ChangeEvent | null;
  /** Whether all there is was sent. */
  isAll: boolean;
}

async function* messages(
  url: string | null,
  after: string | null,
  signal: AbortSignal,
): AsyncGenerator<Message> {
  if (!url) throw new Error('no such subgraph');
  const address = new URL('/changes', url);
  if (after !== null) address.searchParams.set('after', after);
  const response = await fetch(address, { signal, redirect: 'error' });
  if (response.status !== 200 || !response.body) throw new Error(`status ${response.status}`);
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
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
}
