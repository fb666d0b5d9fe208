// Writes a ZIP file as a stream: each part is compressed as it is made, and its size is written after it.
import { crc32, createDeflateRaw } from 'node:zlib';

interface Part {
  name: Buffer;
  checksum: number;
  compressedSize: number;
  size: number;
  offset: number;
}

const version = 20;
/** Sizes follow the data; the name is UTF-8. */
const flags = 0x0808;
const deflated = 8;
/** 1980-01-01, so that equal content makes equal files. */
const date = 0x21;
const maxBytes = 0xffff_ffff;

/** Parts and file are below 4 GiB. */
export class ZipWriter {
  #write: (bytes: Buffer) => Promise<void>;
  #parts: Part[] = [];
  #offset = 0;

  constructor(write: (bytes: Buffer) => Promise<void>) {
    this.#write = write;
  }

  async add(name: string, content: string | AsyncIterable<string>): Promise<void> {
    const part: Part = {
      name: Buffer.from(name),
      checksum: 0,
      compressedSize: 0,
      size: 0,
      offset: this.#offset,
    };
    await this.#emit(Buffer.concat([headerOf('local', part), part.name]));
    const deflate = createDeflateRaw();
    const writing = (async () => {
      for await (const text of typeof content === 'string' ? [content] : content) {
        const bytes = Buffer.from(text);
        part.checksum = crc32(bytes, part.checksum);
        part.size += bytes.length;
        if (!deflate.write(bytes)) await new Promise((resolve) => deflate.once('drain', resolve));
      }
      deflate.end();
    })().catch((error: Error) => void deflate.destroy(error));
    for await (const bytes of deflate) {
      part.compressedSize += (bytes as Buffer).length;
      await this.#emit(bytes as Buffer);
    }
    await writing;
    const sizes = Buffer.alloc(16);
    sizes.writeUInt32LE(0x0807_4b50, 0);
    writeSizes(sizes, part, 4);
    await this.#emit(sizes);
    this.#parts.push(part);
  }

  async end(): Promise<void> {
    const start = this.#offset;
    for (const part of this.#parts) await this.#emit(Buffer.concat([headerOf('central', part), part.name]));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x0605_4b50, 0);
    end.writeUInt16LE(this.#parts.length, 8);
    end.writeUInt16LE(this.#parts.length, 10);
    end.writeUInt32LE(this.#offset - start, 12);
    end.writeUInt32LE(start, 16);
    await this.#emit(end);
  }

  async #emit(bytes: Buffer): Promise<void> {
    this.#offset += bytes.length;
    if (this.#offset > maxBytes) throw new Error('the ZIP file would exceed 4 GiB');
    await this.#write(bytes);
  }
}

function writeSizes(buffer: Buffer, { checksum, compressedSize, size }: Part, at: number): void {
  buffer.writeUInt32LE(checksum, at);
  buffer.writeUInt32LE(compressedSize, at + 4);
  buffer.writeUInt32LE(size, at + 8);
}

function headerOf(kind: 'local' | 'central', part: Part): Buffer {
  const isLocal = kind === 'local';
  const header = Buffer.alloc(isLocal ? 30 : 46);
  header.writeUInt32LE(isLocal ? 0x0403_4b50 : 0x0201_4b50, 0);
  const at = isLocal ? 4 : 6;
  if (!isLocal) header.writeUInt16LE(version, 4);
  header.writeUInt16LE(version, at);
  header.writeUInt16LE(flags, at + 2);
  header.writeUInt16LE(deflated, at + 4);
  header.writeUInt16LE(date, at + 8);
  if (!isLocal) writeSizes(header, part, at + 10);
  header.writeUInt16LE(part.name.length, at + 22);
  if (!isLocal) header.writeUInt32LE(part.offset, 42);
  return header;
}
