// Compresses answers as clients accept, outside the event loop, within limits that leave processor time for other work.
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { ByteBudget } from '../admission/byte-budget.ts';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** An answer is compressed and read once: fast settings, and a window of 256 KB instead of 4 MB allocated for each answer. */
const brotliParameters = {
  [constants.BROTLI_PARAM_QUALITY]: 4,
  [constants.BROTLI_PARAM_LGWIN]: 18,
};
const chunkSize = 65_536;
/** Shorter answers are not compressed. */
const minLength = 4096;

export interface Compressed {
  bytes: Buffer;
  encoding: Encoding;
}

export type Encoding = 'br' | 'gzip';

const defaultLimits = {
  /** Answers compressed at the same time. */
  concurrency: Math.max(1, availableParallelism() - 1),
  /** Bytes that are being compressed or wait for it, of one client and of all. A single answer may be longer. */
  maxOfClient: 262_144,
  max: 2_097_152,
};

export class Compression {
  #concurrency: number;
  #running = 0;
  #budget: ByteBudget;
  /** First in, first out: the byte limits keep this queue short, so it need not be fair to clients. */
  #waiting: (() => void)[] = [];
  /** Bytes that are sent to several clients are compressed once. */
  #compressed = new WeakMap<Buffer, Partial<Record<Encoding, Promise<Compressed>>>>();

  constructor(limits: Partial<typeof defaultLimits> = {}) {
    const { concurrency, ...bytes } = { ...defaultLimits, ...limits };
    this.#concurrency = concurrency;
    this.#budget = new ByteBudget(bytes, () => new Error('reserved without checking whether it fits'));
  }

  /**
   * Compresses the body with the encoding that the Accept-Encoding header prefers. Null if it accepts none, and if so much is being
   * compressed that the answer is better sent uncompressed.
   */
  compress(
    body: string | Buffer,
    textEncoding: BufferEncoding,
    accepts: string,
    client: unknown,
  ): Promise<Compressed> | null {
    const encoding = body.length < minLength ? null : preferredEncoding(accepts);
    if (!encoding) return null;
    if (typeof body === 'string')
      return this.#budget.fits(client, Buffer.byteLength(body, textEncoding))
        ? this.#run(Buffer.from(body, textEncoding), encoding, client)
        : null;
    const known = this.#compressed.get(body) ?? {};
    if (!known[encoding] && this.#budget.fits(client, body.length)) {
      known[encoding] = this.#run(body, encoding, client);
      this.#compressed.set(body, known);
    }
    return known[encoding] ?? null;
  }

  async #run(body: Buffer, encoding: Encoding, client: unknown): Promise<Compressed> {
    const { length } = body;
    const { release } = this.#budget.reserve(client, length, () => {});
    if (this.#running >= this.#concurrency)
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    else this.#running += 1;
    try {
      const bytes =
        encoding === 'br'
          ? await brotli(body, {
              chunkSize,
              params: { ...brotliParameters, [constants.BROTLI_PARAM_SIZE_HINT]: length },
            })
          : await zip(body, { chunkSize, level: 4 });
      return { bytes, encoding };
    } finally {
      release();
      // The next one takes over this one's slot.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}

/** The encoding that an Accept-Encoding header prefers; null if it accepts neither. */
export function preferredEncoding(accepts: string): Encoding | null {
  const [br, gz] = [weight(accepts, 'br'), weight(accepts, 'gzip')];
  if (br > 0 && br >= gz) return 'br';
  return gz > 0 ? 'gzip' : null;
}

function weight(accepts: string, encoding: string): number {
  let any = 0;
  for (const part of accepts.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    if (name !== encoding && name !== '*') continue;
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    const value = q ? Number(q.slice(2)) || 0 : 1;
    if (name === encoding) return value;
    any = value;
  }
  return any;
}
