// Reads the answers of one HTTP/1.1 connection, one after the other, whatever their cuts; strict, for what comes is spliced.
import { isUtf8 } from 'node:buffer';

/** An answer that came whole. */
export interface HttpResponse {
  status: number;
  /** Its status line and headers, latin1. */
  head: string;
  /** Its body, latin1: one character for each byte. */
  text: string;
  isUtf8: boolean;
  /** A body that came packed, as it came; then there is no text. */
  compressed: { bytes: Buffer; encodings: readonly Encoding[] } | null;
  /** Whether the connection can be used again, and for how long it may rest first. */
  keepsConnection: boolean;
  keepAliveMs: number;
}

/** The content encodings that are understood, by what headers call them. */
const encodings = ['gzip', 'x-gzip', 'br', 'zstd', 'deflate'] as const;
export type Encoding = (typeof encodings)[number];
/** Nobody packs more often; each way costs as much as the longest answer. */
const maxEncodings = 4;

/** The encodings of a header, in the order in which they were applied. */
function encodingsOf(header: string): Encoding[] {
  const names = header
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const found = names.flatMap((name) => encodings.find((each) => each === name) ?? []);
  if (found.length < names.length) throw new MalformedResponse('an unknown content encoding');
  if (found.length > maxEncodings) throw new MalformedResponse('too many content encodings');
  return found;
}

export class MalformedResponse extends Error {}
export class ResponseTooLong extends Error {}

/** As many bytes of headers, of a chunk's line, and of trailers as Node itself allows. */
const maxHeadBytes = 16_384;
/** How much sooner than the other end a connection is given up: it may be closed while a request is on its way. */
const restMarginMs = 1000;

/** By far the most heads are shorter. */
const usualHeadBytes = 512;

const wholeHead =
  /^HTTP\/1\.([01]) ([1-5][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+.^_`|~\w-]+:[\t\x20-\x7e\x80-\xff]*)*\r\n\r\n$/;
const chunkLine = /^([0-9a-fA-F]{1,8})(?:[\t ]*;[\t\x20-\x7e\x80-\xff]*)?\r\n$/;
const trailerLine = /^(?:[!#$%&'*+.^_`|~\w-]+:[\t\x20-\x7e\x80-\xff]*)?\r\n$/;

type State = 'head' | 'length' | 'end' | 'chunk line' | 'chunk' | 'trailer';

export class ResponseReader {
  #maxBytes: number;
  #state: State = 'head';
  /** What came of a head or a line, latin1. */
  #line = '';
  #head = '';
  #status = 0;
  #isKept = true;
  #encodings: readonly Encoding[] = [];
  #restMs = Number.POSITIVE_INFINITY;
  /** What is still to come of the body, or of the chunk and its end of line. */
  #missing = 0;
  /** A body whose length was told, and did not come at once. */
  #body: Buffer | null = null;
  /** A body whose length was not told. */
  #parts: Buffer[] = [];
  #size = 0;
  #beside = 0;
  /** Whether any byte of the answer came. */
  hasBegun = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Reads the bytes from `at` to `end`, which the caller may use again; the answer once it is whole. Throws Malformed and TooLong. */
  push(bytes: Buffer, at: number, end: number): HttpResponse | null {
    this.hasBegun = true;
    let index = at;
    while (index < end) {
      switch (this.#state) {
        case 'head': {
          index = this.#takeLine(bytes, index, end, '\r\n\r\n');
          if (index < 0) return null;
          if (this.#readHead() === 'length' && this.#missing === 0) return this.#whole(nothing, index < end);
          break;
        }
        case 'length': {
          const isAll = end - index >= this.#missing;
          const taken = isAll ? this.#missing : end - index;
          // By far the most answers come in one piece.
          if (isAll && !this.#body)
            return this.#whole(bytes.subarray(index, index + taken), index + taken < end);
          this.#body ??= Buffer.allocUnsafeSlow(this.#missing);
          bytes.copy(this.#body, this.#body.length - this.#missing, index, index + taken);
          index += taken;
          this.#missing -= taken;
          if (isAll) return this.#whole(this.#body, index < end);
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
          // Behind its bytes is an end of line.
          const taken = Math.min(this.#missing, end - index);
          const ofBody = Math.min(taken, Math.max(0, this.#missing - 2));
          this.#keep(bytes, index, index + ofBody);
          for (let each = index + ofBody; each < index + taken; each += 1)
            if (bytes[each] !== (this.#missing - (each - index) === 2 ? 13 : 10))
              throw new MalformedResponse('a chunk without its end');
          index += taken;
          this.#missing -= taken;
          if (this.#missing === 0) this.#state = 'chunk line';
          break;
        }
        case 'trailer': {
          index = this.#takeLine(bytes, index, end, '\r\n');
          if (index < 0) return null;
          const line = this.#line;
          this.#line = '';
          if (!trailerLine.test(line)) throw new MalformedResponse('a trailer that is none');
          this.#countBeside(line.length);
          if (line === '\r\n') return this.#whole(Buffer.concat(this.#parts), index < end);
          break;
        }
      }
    }
    return null;
  }

  /** The other end is done: the answer, where this is what ends it, otherwise null. */
  connectionEnded(): HttpResponse | null {
    if (this.#state !== 'end') return null;
    this.#isKept = false;
    return this.#whole(Buffer.concat(this.#parts), false);
  }

  /** Takes up to the end mark and returns the index behind it; -1 where it is not there yet. */
  #takeLine(bytes: Buffer, at: number, end: number, mark: string): number {
    const before = this.#line.length;
    // A mark may lie across two pieces.
    const from = Math.max(0, before - mark.length);
    let text = this.#line + bytes.toString('latin1', at, Math.min(end, at + usualHeadBytes));
    let found = text.indexOf(mark, from);
    if (found < 0 && end - at > usualHeadBytes) {
      text = this.#line + bytes.toString('latin1', at, Math.min(end, at + maxHeadBytes));
      found = text.indexOf(mark, from);
    }
    if (found < 0) {
      if (text.length > maxHeadBytes || end - at >= maxHeadBytes) throw tooLongHead();
      this.#line = text;
      return -1;
    }
    const size = found + mark.length;
    this.#line = text.slice(0, size);
    return at + size - before;
  }

  /** Returns what comes next. */
  #readHead(): State {
    const head = this.#line;
    this.#line = '';
    const matched = wholeHead.exec(head);
    if (!matched) throw new MalformedResponse('no head of an answer');
    const status = Number(matched[2]);
    if (status === 101) throw new MalformedResponse('another protocol');
    if (status < 200) {
      // It comes before the answer itself, and there may be several.
      this.#countBeside(head.length);
      return 'head';
    }
    const { length, transfer, encoding, connection, rest } = framing(head);
    this.#encodings = encoding ? encodingsOf(encoding) : [];
    if (length !== null && transfer !== null) throw new MalformedResponse('two ways to tell the length');
    const is11 = matched[1] === '1';
    this.#status = status;
    this.#head = head;
    this.#isKept = is11 && !connection?.toLowerCase().includes('close');
    const seconds = rest === null ? null : /(?:^|[ ,])timeout=([0-9]{1,6})(?:$|[ ,])/i.exec(rest);
    this.#restMs = seconds ? Number(seconds[1]) * 1000 - restMarginMs : Number.POSITIVE_INFINITY;
    if (transfer !== null) {
      if (!is11 || transfer.toLowerCase() !== 'chunked')
        throw new MalformedResponse('an unknown transfer encoding');
      this.#state = 'chunk line';
    } else if (length !== null) {
      if (!/^[0-9]{1,15}$/.test(length)) throw new MalformedResponse('a length that is none');
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

  #readChunkLine(): void {
    const matched = chunkLine.exec(this.#line);
    this.#line = '';
    if (!matched) throw new MalformedResponse('no size of a chunk');
    const size = Number.parseInt(matched[1] ?? '', 16);
    if (this.#size + size > this.#maxBytes) throw new ResponseTooLong('too many bytes');
    this.#state = size === 0 ? 'trailer' : 'chunk';
    this.#missing = size + 2;
  }

  /** What comes beside the answer's own head and body is bounded, too. */
  #countBeside(bytes: number): void {
    this.#beside += bytes;
    if (this.#beside > maxHeadBytes) throw tooLongHead();
  }

  #keep(bytes: Buffer, at: number, end: number): void {
    if (at === end) return;
    this.#size += end - at;
    if (this.#size > this.#maxBytes) throw new ResponseTooLong('too many bytes');
    this.#parts.push(Buffer.from(bytes.subarray(at, end)));
  }

  #whole(body: Buffer, hasMore: boolean): HttpResponse {
    const encodings = this.#encodings;
    const isPacked = encodings.length > 0;
    const answer = {
      status: this.#status,
      head: this.#head,
      text: isPacked ? '' : body.toString('latin1'),
      isUtf8: isPacked || isUtf8(body),
      // The bytes lie where others will be read.
      compressed: isPacked ? { bytes: Buffer.from(body), encodings } : null,
      // Nothing was asked to which more bytes could be an answer.
      keepsConnection: this.#isKept && !hasMore,
      keepAliveMs: this.#restMs,
    };
    this.#state = 'head';
    this.#head = '';
    if (this.#body) this.#body = null;
    if (this.#parts.length) this.#parts = [];
    this.#size = 0;
    this.#beside = 0;
    this.#missing = 0;
    this.hasBegun = false;
    return answer;
  }
}

const nothing = Buffer.alloc(0);

const tooLongHead = () => new MalformedResponse('too many bytes of headers');

interface Framing {
  length: string | null;
  transfer: string | null;
  encoding: string | null;
  connection: string | null;
  rest: string | null;
}

/** The headers that tell where an answer ends and what becomes of its connection. Each may come once. */
function framing(head: string): Framing {
  const found: Framing = { length: null, transfer: null, encoding: null, connection: null, rest: null };
  for (let at = head.indexOf('\r\n') + 2; at < head.length - 2; at = head.indexOf('\r\n', at) + 2) {
    const nameEnd = head.indexOf(':', at);
    const name = framingNames.get(nameEnd - at);
    if (!name) continue;
    const field = name[head.slice(at, nameEnd).toLowerCase()];
    if (!field) continue;
    if (found[field] !== null) throw new MalformedResponse(`${field} told twice`);
    found[field] = head.slice(nameEnd + 1, head.indexOf('\r\n', at)).trim();
  }
  return found;
}

/** By the length of the name, so that few have to be looked at. */
const framingNames = new Map<number, Readonly<Record<string, keyof Framing>>>([
  [10, { connection: 'connection', 'keep-alive': 'rest' }],
  [14, { 'content-length': 'length' }],
  [16, { 'content-encoding': 'encoding' }],
  [17, { 'transfer-encoding': 'transfer' }],
]);

/** The values of a header in a head, joined by commas; null where there is none. The name is in lower case. */
export function headerOf(head: string, name: string): string | null {
  const values = headersOf(head, name);
  return values.length ? values.join(', ') : null;
}

/** The same, each by itself. */
export function headersOf(head: string, name: string): string[] {
  const values: string[] = [];
  for (const line of head.split('\r\n').slice(1)) {
    const nameEnd = line.indexOf(':');
    if (line.slice(0, nameEnd).toLowerCase() === name) values.push(line.slice(nameEnd + 1).trim());
  }
  return values;
}
