// Deflate in pieces, without a stream: each piece is compressed at once and may refer to the one before it.
import { constants, crc32, deflateRawSync } from 'node:zlib';

/** As far as deflate refers back. */
const windowBytes = 32_768;
/** A table is compressed once and read once. */
const level = 4;

export class Deflate {
  crc = 0;
  /** Bytes before and after compression. */
  size = 0;
  compressedSize = 0;
  #before: Buffer | null = null;

  /** Any number of pieces, the last of which is the one from `end`, make one valid stream of deflate. */
  write(bytes: Buffer): Buffer {
    this.crc = crc32(bytes, this.crc);
    this.size += bytes.length;
    const dictionary = this.#before;
    this.#before = bytes.subarray(Math.max(0, bytes.length - windowBytes));
    return this.#counted(
      deflateRawSync(bytes, {
        level,
        finishFlush: constants.Z_SYNC_FLUSH,
        ...(dictionary?.length && { dictionary }),
      }),
    );
  }

  end(): Buffer {
    return this.#counted(deflateRawSync(Buffer.alloc(0), { level }));
  }

  #counted(bytes: Buffer): Buffer {
    this.compressedSize += bytes.length;
    return bytes;
  }
}

const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);

/** The same with the header and the end of a gzip file. */
export class Gzip {
  #deflate = new Deflate();
  #isBegun = false;

  write(bytes: Buffer): Buffer {
    const compressed = this.#deflate.write(bytes);
    if (this.#isBegun) return compressed;
    this.#isBegun = true;
    return Buffer.concat([gzipHeader, compressed]);
  }

  end(): Buffer {
    const { crc, size } = this.#deflate;
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(crc, 0);
    trailer.writeUInt32LE(size % 2 ** 32, 4);
    const parts = this.#isBegun ? [] : [gzipHeader];
    return Buffer.concat([...parts, this.#deflate.end(), trailer]);
  }
}
