// CSV as bureaus' spreadsheets write and read it: RFC 4180, UTF-8 or GB18030, in bounded memory.
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';

export const encodings = ['utf-8', 'gb18030'] as const;
export type Encoding = (typeof encodings)[number];

export interface CsvRow {
  /** The line on which it begins, from 1. */
  line: number;
  cells: string[];
}

const chunkBytes = 262_144;
/** A quotation mark that is never closed would take the rest of the file into one row. */
const maxRowCharacters = 1_000_000;
/** What a spreadsheet needs to read UTF-8 as such. */
export const byteOrderMark = '\uFEFF';

/** The encoding in which all of the file's bytes make sense: UTF-8 where they do, else GB18030. Throws when neither fits. */
export async function encodingOf(file: string): Promise<Encoding> {
  for (const encoding of encodings) if (await isEncodedIn(file, encoding)) return encoding;
  throw new Error(
    '文件既不是 UTF-8 也不是 GB18030 编码；请另存为“CSV UTF-8”。 The file is neither UTF-8 nor GB18030; save it as "CSV UTF-8".',
  );
}

async function isEncodedIn(file: string, encoding: Encoding): Promise<boolean> {
  try {
    for await (const text of textOf(file, encoding)) if (text.includes('\0')) return false;
    return true;
  } catch (error) {
    if (isMisencoded(error)) return false;
    throw error;
  }
}

const isMisencoded = (error: unknown): boolean =>
  (error as { code?: string }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA';

/** The text of the file in pieces, without a byte order mark. Rejects bytes that the encoding does not have. */
async function* textOf(
  file: string,
  encoding: Encoding,
  read?: (bytes: number) => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
    bytes += (chunk as Buffer).length;
    yield decoder.decode(chunk as Buffer, { stream: true });
    read?.(bytes);
  }
  yield decoder.decode();
}

/** The rows of the file, a few hundred at a time; empty lines are none. `read` hears how many bytes are read. */
export async function* readCsv(
  file: string,
  encoding: Encoding,
  read?: (bytes: number) => void,
): AsyncGenerator<CsvRow[]> {
  let rows: CsvRow[] = [];
  const parser = parse({
    relaxColumnCount: true,
    skipEmptyLines: true,
    maxRecordSize: maxRowCharacters,
    recordDelimiter: ['\r\n', '\n', '\r'],
    // Taken here, and not from the stream, which would cost as much again.
    onRecord: (cells, { lines }) => {
      rows.push({ cells, line: lines - breaksIn(cells) });
      return null;
    },
  });
  parser.resume();
  const ended = new Promise<void>((resolve, reject) => {
    parser.once('end', resolve).once('error', reject);
  });
  ended.catch(() => {});
  try {
    for await (const text of textOf(file, encoding, read)) {
      await new Promise<void>((resolve, reject) => {
        parser.write(text, (error) => (error ? reject(error) : resolve()));
      });
      const ready = rows;
      rows = [];
      if (ready.length) yield ready;
    }
    parser.end();
    await ended;
    if (rows.length) yield rows;
  } catch (error) {
    throw unreadable(error, encoding);
  } finally {
    parser.destroy();
  }
}

/** The line breaks inside quoted cells. */
const breaksIn = (cells: readonly string[]): number =>
  cells.reduce((total, cell) => (cell.includes('\n') ? total + cell.split('\n').length - 1 : total), 0);

/** A file that is no CSV: says where, and never what stands there. */
function unreadable(error: unknown, encoding: Encoding): unknown {
  if (isMisencoded(error))
    return new Error(`文件不是 ${encoding} 编码。 The file is not encoded in ${encoding}.`);
  if (!(error instanceof CsvError)) return error;
  const line = (error as { lines?: number }).lines ?? 0;
  return new Error(
    `第 ${line} 行附近的引号或换行不符合 CSV 格式（${error.code}）。 Near line ${line} the quotation marks or line breaks are no CSV (${error.code}).`,
  );
}

/** A row as a line of RFC 4180. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(quoted).join(',')}\r\n`;

const quoted = (cell: string): string =>
  /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** Full-width characters, too, which spreadsheets of East Asia take for the others, and what is not seen before them. */
const formula = /^(?:[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫]|[\t\r\n])/;

/** A text that a spreadsheet would run as a formula, or take for a number, is made text by an apostrophe. Numbers are not passed here. */
export const neutralised = (cell: string): string => (formula.test(cell) ? `'${cell}` : cell);

/** The cell without the apostrophe that made it text. */
export const restored = (cell: string): string =>
  cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell;
