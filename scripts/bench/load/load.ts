// The load generator: a process that keeps connections busy and measures the duration of each request.
import { connect, type Socket } from 'node:net';
import { answer } from '../processes/channel.ts';
import { MessageReader, requestText } from './raw-http.ts';

export interface LoadOrder {
  port: number;
  /** The request bodies. With `seconds`, the first one is repeated; otherwise each is sent once. */
  bodies: readonly string[];
  connections: number;
  seconds?: number;
  /** Whether every request has a different authorization. */
  unique: boolean;
  /** With `unique`: the authorizations to use in turn, instead of new ones. */
  authorizations?: readonly string[];
}

export interface LoadResult {
  requests: number;
  seconds: number;
  p50: number;
  p99: number;
  /** Responses with another status than 200, with another length than the first, or with errors when bodies are read. */
  wrong: number;
  /** The length of the first response. */
  bytes: number;
}

/** Starts above the numbers of earlier rounds. */
let serial = Date.now() * 1000;

class Connection {
  #socket: Socket;
  #reader: MessageReader;
  #settle: ((answer: { status: number; bytes: number; body: Buffer | null }) => void) | null = null;
  #fail: ((error: Error) => void) | null = null;

  constructor(port: number, keepsBody: boolean) {
    this.#reader = new MessageReader((head, body, bytes) => {
      this.#settle?.({ status: Number(head.slice(9, 12)), bytes, body });
    }, keepsBody);
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => this.#reader.push(chunk as Buffer));
    this.#socket.on('error', (error) => this.#fail?.(error));
    this.#socket.on('close', () => this.#fail?.(new Error('the gateway closed a connection')));
  }

  send(request: string): Promise<{ status: number; bytes: number; body: Buffer | null }> {
    return new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
      this.#socket.write(request, 'latin1');
    });
  }

  end(): void {
    this.#fail = null;
    this.#socket.destroy();
  }
}

/** The UTF-8 bytes of a text, as one character each. */
const latin1 = (text: string) => Buffer.from(text).toString('latin1');

async function run(order: LoadOrder): Promise<LoadResult> {
  const { port, bodies, connections, seconds, unique, authorizations } = order;
  const once = seconds === undefined;
  const texts = bodies.map((body) => {
    const encoded = latin1(body);
    const head = (authorization: string) => requestText(`127.0.0.1:${port}`, '/graphql', body, authorization);
    const plain = head('') + encoded;
    const [before = '', after = ''] = head('{}').split('{}');
    const next = () =>
      authorizations ? authorizations[serial++ % authorizations.length] : `Bearer ${serial++}`;
    return () => (unique ? `${before}${next()}${after}${encoded}` : plain);
  });
  const times: number[] = [];
  let wrong = 0;
  let first = -1;
  let next = 0;
  const started = performance.now();
  const deadline = started + (seconds ?? 0) * 1000;
  const work = async () => {
    const connection = new Connection(port, once);
    try {
      while (once ? next < texts.length : performance.now() < deadline) {
        const text = texts[once ? next++ : 0]?.() ?? '';
        const sent = performance.now();
        const { status, bytes, body } = await connection.send(text);
        times.push(performance.now() - sent);
        if (first < 0) first = bytes;
        if (status !== 200 || (once ? body?.includes('"errors"') : bytes !== first)) wrong += 1;
      }
    } finally {
      connection.end();
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  const elapsed = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const quantile = (share: number) => times[Math.floor((times.length - 1) * share)] ?? 0;
  return {
    requests: times.length,
    seconds: elapsed,
    p50: quantile(0.5),
    p99: quantile(0.99),
    wrong,
    bytes: first,
  };
}

answer(run);
