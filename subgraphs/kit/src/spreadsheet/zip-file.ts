// Reads the parts of a ZIP file within limits, so that a small file cannot expand to fill the memory or the disk.
import { crc32 } from 'node:zlib';
import * as yauzl from 'yauzl';
import { FileFault } from './file-fault.ts';

export interface ZipLimits {
  /** Bytes of all parts after decompression. */
  maxUncompressedBytes: number;
  /** Bytes of a part after decompression for each of its compressed bytes; parts below `freeBytes` are not checked. */
  maxRatio: number;
}

/** A sheet of 100,000 rows has 30 to 90 MB and is compressed 8 to 40 times. */
const defaultLimits: ZipLimits = { maxUncompressedBytes: 2_147_483_648, maxRatio: 250 };
const freeBytes = 10_485_760;
/** A workbook with pictures has some hundred. */
const maxParts = 5000;

export class ZipFile {
  #zip: yauzl.ZipFile;
  #parts: ReadonlyMap<string, yauzl.Entry>;

  private constructor(zip: yauzl.ZipFile, parts: ReadonlyMap<string, yauzl.Entry>) {
    this.#zip = zip;
    this.#parts = parts;
  }

  /** Throws a `FileFault` for a damaged file and for one that exceeds the limits. */
  static async open(file: string, given: Partial<ZipLimits> = {}): Promise<ZipFile> {
    const limits = { ...defaultLimits, ...given };
    const zip = await yauzl
      .openPromise(file, { lazyEntries: true, autoClose: false, validateEntrySizes: true })
      .catch((error: NodeJS.ErrnoException) => {
        throw error.code ? error : damaged();
      });
    try {
      return new ZipFile(zip, await partsOf(zip, limits));
    } catch (error) {
      zip.close();
      throw error instanceof FileFault ? error : damaged();
    }
  }

  get names(): string[] {
    return [...this.#parts.keys()];
  }

  has(name: string): boolean {
    return this.#parts.has(name);
  }

  /** The bytes of a part after decompression. */
  sizeOf(name: string): number {
    return this.#parts.get(name)?.uncompressedSize ?? 0;
  }

  /** The chunks of a part. Throws a `FileFault` if it is damaged or missing. */
  async *chunksOf(name: string): AsyncGenerator<Buffer> {
    const entry = this.#parts.get(name);
    if (!entry?.canDecodeFileData()) throw damaged();
    let checksum = 0;
    try {
      const stream = await this.#zip.openReadStreamPromise(entry);
      for await (const chunk of stream) {
        checksum = crc32(chunk as Buffer, checksum);
        yield chunk as Buffer;
      }
    } catch (error) {
      throw error instanceof FileFault ? error : damaged();
    }
    if (checksum !== entry.crc32) throw damaged();
  }

  close(): void {
    this.#zip.close();
  }
}

async function partsOf(zip: yauzl.ZipFile, limits: ZipLimits): Promise<Map<string, yauzl.Entry>> {
  if (zip.entryCount > maxParts) throw damaged();
  const parts = new Map<string, yauzl.Entry>();
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName, uncompressedSize, compressedSize } = entry;
    // Which of two parts with one name a program reads is undefined.
    if (parts.has(fileName)) throw damaged();
    if (entry.isEncrypted()) throw new FileFault(...encrypted);
    parts.set(fileName, entry);
    total += uncompressedSize;
    const ratio = uncompressedSize / Math.max(compressedSize, 1);
    if (total > limits.maxUncompressedBytes || (uncompressedSize > freeBytes && ratio > limits.maxRatio))
      throw new FileFault(
        '文件解压后过大；请删去多余的空行和格式，或分成几个文件。',
        'The file is too large when it is decompressed: delete empty rows with formats, or split it.',
      );
  }
  return parts;
}

export const encrypted = [
  '文件设有打开密码，无法读取；请在 Excel 中“另存为”，在“工具 → 常规选项”中去掉密码后再上传。',
  'The file is protected by a password and cannot be read. Save it in Excel without the password.',
] as const;

export const damaged = (): FileFault =>
  new FileFault(
    'Excel 文件已损坏或不完整；请用 Excel 或 WPS 打开后另存为新的 .xlsx 文件。',
    'The Excel file is damaged or incomplete. Open it in Excel or WPS and save it as a new .xlsx file.',
  );
