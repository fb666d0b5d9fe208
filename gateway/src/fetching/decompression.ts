// Decompresses response bodies in the thread pool, up to the length that a response may have.
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import { type Encoding, MalformedResponse, ResponseTooLong } from './response-reader.ts';

const decoders: Record<Encoding, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(zlib.gunzip),
  'x-gzip': promisify(zlib.gunzip),
  // The name stands for the zlib format; some servers send raw deflate data.
  deflate: (bytes, options) =>
    promisify(hasZlibHeader(bytes) ? zlib.inflate : zlib.inflateRaw)(bytes, options),
  br: promisify(zlib.brotliDecompress),
  // Node before 22.15 lacks it. It is decoded only where it was asked for.
  zstd: (bytes, options) => promisify(zlib.zstdDecompress)(bytes, options),
};

/**
 * Reverses the encodings, the last one first. Rejects with ResponseTooLong when one results in more than `maxOutputLength`
 * bytes, and with MalformedResponse for data in another format.
 */
export async function decompress(
  bytes: Buffer,
  encodings: readonly Encoding[],
  maxOutputLength: number,
): Promise<Buffer> {
  let plain = bytes;
  for (const encoding of encodings.toReversed()) {
    if (plain.length === 0) return plain;
    try {
      plain = await decoders[encoding](plain, { maxOutputLength });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'ERR_BUFFER_TOO_LARGE'
        ? new ResponseTooLong('too many bytes')
        : new MalformedResponse(`invalid ${encoding}: ${code}`);
    }
  }
  return plain;
}

/** Whether the data starts with a zlib header (RFC 1950). */
const hasZlibHeader = (bytes: Buffer): boolean =>
  ((bytes[0] ?? 0) & 15) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0;
