// The floor: a process that sends the fetches of one request, all at once, and writes a fixed response. It merges nothing.
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import type { RecordedRequest } from '../graphs/static-subgraphs.ts';
import { answerBytes, MessageReader, requestText } from '../load/raw-http.ts';

interface FloorPlan {
  /** The port of the subgraphs. */
  port: number;
  fetches: RecordedRequest[];
  answer: string;
}

const { port, fetches, answer }: FloorPlan = JSON.parse(readFileSync(process.env.FLOOR_PLAN ?? '', 'utf8'));
const bytes = answerBytes(Buffer.from(answer));
const host = `127.0.0.1:${port}`;

/** The idle keep-alive connections to the subgraphs. */
const idle: Upstream[] = [];

class Upstream {
  #socket: Socket;
  #done: (() => void) | null = null;

  constructor() {
    const reader = new MessageReader(() => {
      idle.push(this);
      this.#done?.();
    }, false);
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => reader.push(chunk as Buffer));
  }

  send(text: string, done: () => void): void {
    this.#done = done;
    this.#socket.write(text, 'latin1');
  }
}

function fetchAll(authorization: string, done: () => void): void {
  let missing = fetches.length;
  const count = () => {
    missing -= 1;
    if (missing === 0) done();
  };
  for (const { path, body } of fetches) {
    const text = requestText(host, path, body, authorization) + Buffer.from(body).toString('latin1');
    (idle.pop() ?? new Upstream()).send(text, count);
  }
}

createServer({ noDelay: true }, (socket) => {
  const reader = new MessageReader((head) => {
    const authorization = /\r\nauthorization: ([^\r]*)/i.exec(head)?.[1] ?? '';
    fetchAll(authorization, () => socket.write(bytes));
  }, false);
  socket.on('data', (chunk) => reader.push(chunk as Buffer));
  socket.on('error', () => socket.destroy());
}).listen(Number(process.env.PORT), '127.0.0.1');
