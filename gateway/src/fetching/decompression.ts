// Bodies that came packed, unpacked off the request thread; as long as a body may be, and no longer.
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { type Encoding, MalformedResponse, ResponseTooLong } from './response-reader.ts';

const unpackers: Record<Encoding, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> =
  {
    gzip: promisify(gunzip),
    'x-gzip': promisify(gunzip),
    // Some take the name at its word and leave out the wrapper that it stands for.
    deflate: (bytes, options) =>
      isWrapped(bytes) ? promisify(inflate)(bytes, options) : promisify(inflateRaw)(bytes, options),
    br: promisify(brotliDecompress),
    zstd: promisify(zstdDecompress),
  };

/**
 * Undoes the encodings, the last one first. Rejects with TooLong where any of them makes more than so many bytes, and with
 * Malformed for what is not packed like that.
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
      plain = await unpackers[encoding](plain, { maxOutputLength });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'ERR_BUFFER_TOO_LARGE'
        ? new ResponseTooLong('too many bytes')
        : new MalformedResponse(`no ${encoding}: ${code}`);
    }
  }
  return plain;
}

/** Whether it begins as RFC 1950 says. */
const isWrapped = (bytes: Buffer): boolean =>
  ((bytes[0] ?? 0) & 15) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0;
