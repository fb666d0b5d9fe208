// A minimal HTTP/1.1 on sockets for the load generator and the recorded subgraphs, which must use little CPU themselves.

/** Parses the messages of one connection, requests or responses, from chunks of any size. */
export class MessageReader {
  #onMessage: (head: string, body: Buffer | null, bytes: number) => void;
  #keepsBody: boolean;
  #rest: Buffer | null = null;
  #head = '';
  /** The missing bytes of the body or chunk. */
  #missing = 0;
  #state: 'head' | 'body' | 'size' | 'chunk' | 'trailer' = 'head';
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(
    /** `bytes` is the length of the body, which is counted even when the body is not kept. */
    onMessage: (head: string, body: Buffer | null, bytes: number) => void,
    keepsBody: boolean,
  ) {
    this.#onMessage = onMessage;
    this.#keepsBody = keepsBody;
  }

  push(chunk: Buffer): void {
    let data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = null;
    while (data.length > 0) {
      const taken = this.#take(data);
      if (taken === 0) {
        this.#rest = data;
        return;
      }
      data = taken === data.length ? empty : data.subarray(taken);
    }
  }

  /** Returns the number of bytes it has read; 0 when it needs more. */
  #take(data: Buffer): number {
    if (this.#state === 'head') {
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) return 0;
      this.#head = data.toString('latin1', 0, end);
      const length = /\r\ncontent-length: *(\d+)/i.exec(this.#head);
      if (length) {
        this.#state = 'body';
        this.#missing = Number(length[1]);
        if (this.#missing === 0) this.#end();
      } else if (/\r\ntransfer-encoding: *chunked/i.test(this.#head)) this.#state = 'size';
      else this.#end();
      return end + 4;
    }
    if (this.#state === 'body' || this.#state === 'chunk') {
      const size = Math.min(this.#missing, data.length);
      // A chunk ends with CRLF, two bytes after its data.
      const ofBody = this.#state === 'chunk' ? Math.min(size, Math.max(0, this.#missing - 2)) : size;
      this.#bytes += ofBody;
      if (this.#keepsBody && ofBody > 0) this.#parts.push(data.subarray(0, ofBody));
      this.#missing -= size;
      if (this.#missing === 0) {
        if (this.#state === 'body') this.#end();
        else this.#state = 'size';
      }
      return size;
    }
    const end = data.indexOf('\r\n');
    if (end < 0) return 0;
    if (this.#state === 'size') {
      const size = Number.parseInt(data.toString('latin1', 0, end), 16);
      this.#missing = size + 2;
      this.#state = size === 0 ? 'trailer' : 'chunk';
    } else if (end === 0) this.#end();
    return end + 2;
  }

  #end(): void {
    const [only = empty] = this.#parts;
    const body = !this.#keepsBody ? null : this.#parts.length < 2 ? only : Buffer.concat(this.#parts);
    const bytes = this.#bytes;
    this.#state = 'head';
    this.#parts = [];
    this.#bytes = 0;
    this.#onMessage(this.#head, body, bytes);
  }
}

const empty = Buffer.alloc(0);

/** A request without its authorization; `authorized` puts it in. */
export const requestText = (host: string, path: string, body: string, authorization = ''): string =>
  `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\naccept: application/json\r\n${
    authorization && `authorization: ${authorization}\r\n`
  }content-length: ${Buffer.byteLength(body)}\r\n\r\n`;

/** A whole answer with status 200. */
export const answerBytes = (body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\n\r\n`,
    ),
    body,
  ]);
