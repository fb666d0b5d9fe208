// Bodies packed as the client accepts, off the request thread, and as much of that as leaves the processors to others.
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** An answer is packed once and read once: fast settings, and a window of 256 KB instead of 4 MB that would be made for each. */
const brotliParameters = {
  [constants.BROTLI_PARAM_QUALITY]: 4,
  [constants.BROTLI_PARAM_LGWIN]: 18,
};
const chunkSize = 65_536;
/** Shorter bodies are not worth it. */
const packedFrom = 4096;

export interface Packed {
  bytes: Buffer;
  encoding: Encoding;
}

type Encoding = 'br' | 'gzip';

const defaultLimits = {
  /** Bodies that are packed at a time. */
  atOnce: Math.max(1, availableParallelism() - 1),
  /** Bytes of one client, and of all, that are being packed or wait for it; a single body may be longer. */
  client: 262_144,
  all: 2_097_152,
};

export class Compression {
  #limits: typeof defaultLimits;
  #running = 0;
  #bytes = 0;
  #bytesOfClient = new Map<unknown, number>();
  #waiting: (() => void)[] = [];
  /** The same bytes, sent to several, are packed once. */
  #packed = new WeakMap<Buffer, Partial<Record<Encoding, Promise<Packed>>>>();

  constructor(limits: Partial<typeof defaultLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  /**
   * The body in the encoding that the Accept-Encoding header prefers; null when it accepts neither, and where so much is packed
   * that this one is better sent as it is.
   */
  packed(
    body: string | Buffer,
    textEncoding: BufferEncoding,
    accepts: string,
    client: unknown,
  ): Promise<Packed> | null {
    const encoding = body.length < packedFrom ? null : preferred(accepts);
    if (!encoding) return null;
    if (typeof body === 'string') {
      const { length } = body;
      return this.#isFree(client, length)
        ? this.#pack(Buffer.from(body, textEncoding), encoding, client)
        : null;
    }
    const kept = this.#packed.get(body) ?? {};
    if (!kept[encoding] && this.#isFree(client, body.length)) {
      kept[encoding] = this.#pack(body, encoding, client);
      this.#packed.set(body, kept);
    }
    return kept[encoding] ?? null;
  }

  #isFree(client: unknown, length: number): boolean {
    const own = this.#bytesOfClient.get(client) ?? 0;
    return (
      (own === 0 || own + length <= this.#limits.client) &&
      (this.#bytes === 0 || this.#bytes + length <= this.#limits.all)
    );
  }

  async #pack(body: Buffer, encoding: Encoding, client: unknown): Promise<Packed> {
    const { length } = body;
    this.#count(client, length);
    if (this.#running >= this.#limits.atOnce)
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
      this.#count(client, -length);
      // The next one has this one's place.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  #count(client: unknown, bytes: number): void {
    this.#bytes += bytes;
    const own = (this.#bytesOfClient.get(client) ?? 0) + bytes;
    if (own > 0) this.#bytesOfClient.set(client, own);
    else this.#bytesOfClient.delete(client);
  }
}

function preferred(accepts: string): Encoding | null {
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
