// Parses the HTTP/1.1 responses of one connection, however they are split into chunks; strict, because their text is copied into answers unparsed.
import { isUtf8 } from 'node:buffer';

/** A complete response. */
export interface HttpResponse {
  status: number;
  /** The status line and headers, latin1. */
  head: string;
  /** The body, latin1: one character for each byte. */
  text: string;
  isUtf8: boolean;
  /** A compressed body as it was received; then `text` is empty. */
  compressed: { bytes: Buffer; encodings: readonly Encoding[] } | null;
  /** Whether the connection can be reused, and for how long it may be idle first. */
  keepsConnection: boolean;
  keepAliveMs: number;
}

/** The supported content encodings, by their names in headers. */
const encodings = ['gzip', 'x-gzip', 'br', 'zstd', 'deflate'] as const;
export type Encoding = (typeof encodings)[number];
/** Each encoding costs as much as the longest response; real servers apply one. */
const maxEncodings = 4;

/** The encodings of a `content-encoding` header, in the order in which they were applied. */
function encodingsOf(header: string): Encoding[] {
  const names = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const found = names.flatMap((name) => encodings.find((each) => each === name) ?? []);
  if (found.length < names.length) throw new MalformedResponse('unknown content encoding');
  if (found.length > maxEncodings) throw new MalformedResponse('too many content encodings');
  return found;
}

export class MalformedResponse extends Error {}
export class ResponseTooLong extends Error {}

/** Bytes of headers, of a chunk's size line, and of trailers: the same limit as Node's. */
const maxHeaderBytes = 16_384;
/** A connection is closed this much sooner than the server would: the server may close it while a request is on its way. */
const keepAliveMarginMs = 1000;

/** Most status lines and headers are shorter. */
const usualHeaderBytes = 512;

const headForm =
  /^HTTP\/1\.([01]) ([1-5][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+.^_`|~\w-]+:[\t\x20-\x7e\x80-\xff]*)*\r\n\r\n$/;
const chunkLine = /^([0-9a-fA-F]{1,8})(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?\r\n$/;
const trailerLine = /^(?:[!#$%&'*+.^_`|~\w-]+:[\t\x20-\x7e\x80-\xff]*)?\r\n$/;

type State = 'head' | 'length' | 'end' | 'chunk line' | 'chunk' | 'trailer';

export class ResponseReader {
  #maxBytes: number;
  #state: State = 'head';
  /** The part of the headers or line received so far, latin1. */
  #line = '';
  #head = '';
  #status = 0;
  #keepsConnection = true;
  #encodings: readonly Encoding[] = [];
  #keepAliveMs = Number.POSITIVE_INFINITY;
  /** Bytes missing from the body, or from the chunk and its end of line. */
  #missing = 0;
  /** A body of known length that was not received at once. */
  #body: Buffer | null = null;
  /** A body of unknown length. */
  #parts: Buffer[] = [];
  #size = 0;
  #extraBytes = 0;
  /** Whether any byte of the response was received. */
  hasBegun = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Parses the bytes from `at` to `end`, which may be overwritten afterwards. Returns the response once it is complete.
   * Throws MalformedResponse and ResponseTooLong.
   */
  push(bytes: Buffer, at: number, end: number): HttpResponse | null {
    this.hasBegun = true;
    let index = at;
    while (index < end) {
      switch (this.#state) {
        case 'head': {
          index = this.#takeLine(bytes, index, end, '\r\n\r\n');
          if (index < 0) return null;
          if (this.#readHead() === 'length' && this.#missing === 0)
            return this.#complete(noBytes, index < end);
          break;
        }
        case 'length': {
          const isAll = end - index >= this.#missing;
          const taken = isAll ? this.#missing : end - index;
          // Most bodies are received in one piece.
          if (isAll && !this.#body)
            return this.#complete(bytes.subarray(index, index + taken), index + taken < end);
          this.#body ??= Buffer.allocUnsafeSlow(this.#missing);
          bytes.copy(this.#body, this.#body.length - this.#missing, index, index + taken);
          index += taken;
          this.#missing -= taken;
          if (isAll) return this.#complete(this.#body, index < end);
          break;
        }
        case 'end': {
          this.#keep(bytes, index, end);
          index = end;
          break;
        }
        case 'chunk line': {
          index = this.#takeLine(bytes, index, end, '\r\n');
          if (index < 0) return null;
          this.#readChunkLine();
          break;
        }
        case 'chunk': {
          index = this.#readChunk(bytes, index, end);
          break;
        }
        case 'trailer': {
          index = this.#takeLine(bytes, index, end, '\r\n');
          if (index < 0) return null;
          if (this.#readTrailer()) return this.#complete(Buffer.concat(this.#parts), index < end);
          break;
        }
      }
    }
    return null;
  }

  /** To be called when the server has closed the connection. Returns the response if that ends it, otherwise null. */
  connectionEnded(): HttpResponse | null {
    if (this.#state !== 'end') return null;
    this.#keepsConnection = false;
    return this.#complete(Buffer.concat(this.#parts), false);
  }

  /** Takes the text up to the end mark and returns the index behind it; -1 while the mark has not been received. */
  #takeLine(bytes: Buffer, at: number, end: number, mark: string): number {
    const before = this.#line.length;
    // The mark may be split between two chunks of bytes.
    const from = Math.max(0, before - mark.length);
    let text = this.#line + bytes.toString('latin1', at, Math.min(end, at + usualHeaderBytes));
    let found = text.indexOf(mark, from);
    if (found < 0 && end - at > usualHeaderBytes) {
      text = this.#line + bytes.toString('latin1', at, Math.min(end, at + maxHeaderBytes));
      found = text.indexOf(mark, from);
    }
    if (found < 0) {
      if (text.length > maxHeaderBytes || end - at >= maxHeaderBytes) throw headersTooLong();
      this.#line = text;
      return -1;
    }
    const size = found + mark.length;
    this.#line = text.slice(0, size);
    return at + size - before;
  }

  /** Returns the state that follows the headers. */
  #readHead(): State {
    const head = this.#line;
    this.#line = '';
    const matched = headForm.exec(head);
    if (!matched) throw new MalformedResponse('invalid status line or headers');
    const status = Number(matched[2]);
    if (status === 101) throw new MalformedResponse('protocol switched');
    if (status < 200) {
      // Informational responses come before the response itself; there may be several.
      this.#countExtra(head.length);
      return 'head';
    }
    const { length, transfer, encoding, connection, keepAlive } = framing(head);
    this.#encodings = encoding ? encodingsOf(encoding) : [];
    if (length !== null && transfer !== null)
      throw new MalformedResponse('both content-length and transfer-encoding');
    const isHttp11 = matched[1] === '1';
    this.#status = status;
    this.#head = head;
    this.#keepsConnection = isHttp11 && !connection?.toLowerCase().includes('close');
    const seconds = keepAlive === null ? null : /(?:^|[ ,])timeout=([0-9]{1,6})(?:$|[ ,])/i.exec(keepAlive);
    this.#keepAliveMs = seconds ? Number(seconds[1]) * 1000 - keepAliveMarginMs : Number.POSITIVE_INFINITY;
    if (transfer !== null) {
      if (!isHttp11 || transfer.toLowerCase() !== 'chunked')
        throw new MalformedResponse('unknown transfer encoding');
      this.#state = 'chunk line';
    } else if (length !== null) {
      if (!/^[0-9]{1,15}$/.test(length)) throw new MalformedResponse('invalid content-length');
      this.#state = 'length';
      this.#missing = Number(length);
      if (this.#missing > this.#maxBytes) throw new ResponseTooLong('too many bytes');
    } else this.#state = 'end';
    if (status === 204 || status === 304) {
      this.#state = 'length';
      this.#missing = 0;
    }
    return this.#state;
  }

  /** Takes what was received of a chunk and the end of line behind it; returns the index behind that. */
  #readChunk(bytes: Buffer, index: number, end: number): number {
    const taken = Math.min(this.#missing, end - index);
    const ofBody = Math.min(taken, Math.max(0, this.#missing - 2));
    this.#keep(bytes, index, index + ofBody);
    for (let each = index + ofBody; each < index + taken; each += 1)
      if (bytes[each] !== (this.#missing - (each - index) === 2 ? 13 : 10))
        throw new MalformedResponse('no end of line behind a chunk');
    this.#missing -= taken;
    if (this.#missing === 0) this.#state = 'chunk line';
    return index + taken;
  }

  /** Whether the trailers end with this line. */
  #readTrailer(): boolean {
    const line = this.#line;
    this.#line = '';
    if (!trailerLine.test(line)) throw new MalformedResponse('invalid trailer');
    this.#countExtra(line.length);
    return line === '\r\n';
  }

  #readChunkLine(): void {
    const matched = chunkLine.exec(this.#line);
    this.#line = '';
    if (!matched) throw new MalformedResponse('invalid chunk size');
    const size = Number.parseInt(matched[1] ?? '', 16);
    if (this.#size + size > this.#maxBytes) throw new ResponseTooLong('too many bytes');
    this.#state = size === 0 ? 'trailer' : 'chunk';
    this.#missing = size + 2;
  }

  /** Limits what is received beside the headers and the body: informational responses and trailers. */
  #countExtra(bytes: number): void {
    this.#extraBytes += bytes;
    if (this.#extraBytes > maxHeaderBytes) throw headersTooLong();
  }

  #keep(bytes: Buffer, at: number, end: number): void {
    if (at === end) return;
    this.#size += end - at;
    if (this.#size > this.#maxBytes) throw new ResponseTooLong('too many bytes');
    this.#parts.push(Buffer.from(bytes.subarray(at, end)));
  }

  #complete(body: Buffer, hasMore: boolean): HttpResponse {
    const encodings = this.#encodings;
    const isCompressed = encodings.length > 0;
    const answer = {
      status: this.#status,
      head: this.#head,
      text: isCompressed ? '' : body.toString('latin1'),
      isUtf8: isCompressed || isUtf8(body),
      // The buffer is overwritten by the next read.
      compressed: isCompressed ? { bytes: Buffer.from(body), encodings } : null,
      // Bytes after the response belong to no request: the connection is out of step.
      keepsConnection: this.#keepsConnection && !hasMore,
      keepAliveMs: this.#keepAliveMs,
    };
    this.#state = 'head';
    this.#head = '';
    if (this.#body) this.#body = null;
    if (this.#parts.length) this.#parts = [];
    this.#size = 0;
    this.#extraBytes = 0;
    this.#missing = 0;
    this.hasBegun = false;
    return answer;
  }
}

const noBytes = Buffer.alloc(0);

const headersTooLong = () => new MalformedResponse('too many bytes of headers');

interface Framing {
  length: string | null;
  transfer: string | null;
  encoding: string | null;
  connection: string | null;
  keepAlive: string | null;
}

/** The headers that determine where a response ends and whether its connection is kept. Each may occur once. */
function framing(head: string): Framing {
  const found: Framing = { length: null, transfer: null, encoding: null, connection: null, keepAlive: null };
  for (let at = head.indexOf('\r\n') + 2; at < head.length - 2; at = head.indexOf('\r\n', at) + 2) {
    const nameEnd = head.indexOf(':', at);
    const name = framingNames.get(nameEnd - at);
    if (!name) continue;
    const field = name[head.slice(at, nameEnd).toLowerCase()];
    if (!field) continue;
    if (found[field] !== null) throw new MalformedResponse(`${field} occurs twice`);
    found[field] = head.slice(nameEnd + 1, head.indexOf('\r\n', at)).trim();
  }
  return found;
}

/** By the length of the name, so that few names are compared. */
const framingNames = new Map<number, Readonly<Record<string, keyof Framing>>>([
  [10, { connection: 'connection', 'keep-alive': 'keepAlive' }],
  [14, { 'content-length': 'length' }],
  [16, { 'content-encoding': 'encoding' }],
  [17, { 'transfer-encoding': 'transfer' }],
]);

/** The values of a header, joined by commas; null when it is absent. `head` is the status line and headers, `name` in lower case. */
export function headerOf(head: string, name: string): string | null {
  const values = headersOf(head, name);
  return values.length ? values.join(', ') : null;
}

/** The values of a header, one by one. */
export function headersOf(head: string, name: string): string[] {
  const values: string[] = [];
  for (const line of head.split('\r\n').slice(1)) {
    const nameEnd = line.indexOf(':');
    if (line.slice(0, nameEnd).toLowerCase() === name) values.push(line.slice(nameEnd + 1).trim());
  }
  return values;
}
