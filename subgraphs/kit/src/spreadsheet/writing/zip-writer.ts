// Writes a ZIP archive front to back: the size of each file follows it, so none has to be known, or kept, before it is written.
import { Deflate } from './deflate.ts';

const [localSignature, descriptorSignature, centralSignature, endSignature] = [
  0x04034b50, 0x08074b50, 0x02014b50, 0x06054b50,
];
/** Version 2.0: deflate. */
const version = 20;
/** Sizes follow the data; names are UTF-8. */
const flags = 0x0808;
const deflated = 8;
/** 1 January 1980, the earliest there is: the same content makes the same bytes. */
const date = 0x21;
const maxSize = 0xffffffff;

interface Entry {
  name: Buffer;
  offset: number;
  deflate: Deflate;
}

/** Files are opened, written and closed one after another. Every method returns what comes next in the archive. */
export class ZipWriter {
  #entries: Entry[] = [];
  #offset = 0;

  open(name: string): Buffer {
    const bytes = Buffer.from(name, 'utf8');
    this.#entries.push({ name: bytes, offset: this.#offset, deflate: new Deflate() });
    const header = Buffer.alloc(30);
    header.writeUInt32LE(localSignature, 0);
    header.writeUInt16LE(version, 4);
    header.writeUInt16LE(flags, 6);
    header.writeUInt16LE(deflated, 8);
    header.writeUInt16LE(date, 12);
    header.writeUInt16LE(bytes.length, 26);
    return this.#counted(Buffer.concat([header, bytes]));
  }

  write(bytes: Buffer): Buffer {
    return this.#counted(this.#current().deflate.write(bytes));
  }

  close(): Buffer {
    const { deflate } = this.#current();
    const end = deflate.end();
    const descriptor = Buffer.alloc(16);
    descriptor.writeUInt32LE(descriptorSignature, 0);
    writeSizes(descriptor, 4, deflate);
    return this.#counted(Buffer.concat([end, descriptor]));
  }

  /** A whole file. */
  add(name: string, text: string): Buffer {
    return Buffer.concat([this.open(name), this.write(Buffer.from(text, 'utf8')), this.close()]);
  }

  /** The directory of the archive, which ends it. */
  finish(): Buffer {
    const start = this.#offset;
    const directory = Buffer.concat(this.#entries.map(centralRecord));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(endSignature, 0);
    end.writeUInt16LE(this.#entries.length, 8);
    end.writeUInt16LE(this.#entries.length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(start, 16);
    return this.#counted(Buffer.concat([directory, end]));
  }

  #current(): Entry {
    const entry = this.#entries.at(-1);
    if (!entry) throw new Error('no file is open');
    return entry;
  }

  #counted(bytes: Buffer): Buffer {
    this.#offset += bytes.length;
    if (this.#offset > maxSize) throw new Error('an archive is limited to 4 GB');
    return bytes;
  }
}

function centralRecord({ name, offset, deflate }: Entry): Buffer {
  const record = Buffer.alloc(46);
  record.writeUInt32LE(centralSignature, 0);
  record.writeUInt16LE(version, 4);
  record.writeUInt16LE(version, 6);
  record.writeUInt16LE(flags, 8);
  record.writeUInt16LE(deflated, 10);
  record.writeUInt16LE(date, 14);
  writeSizes(record, 16, deflate);
  record.writeUInt16LE(name.length, 28);
  record.writeUInt32LE(offset, 42);
  return Buffer.concat([record, name]);
}

function writeSizes(target: Buffer, at: number, { crc, compressedSize, size }: Deflate): void {
  target.writeUInt32LE(crc, at);
  target.writeUInt32LE(compressedSize, at + 4);
  target.writeUInt32LE(size, at + 8);
}
