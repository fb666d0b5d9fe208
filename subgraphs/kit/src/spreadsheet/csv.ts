// Reads and writes CSV of spreadsheets: RFC 4180 with any usual separator, in UTF-8, UTF-16 or GB18030, in bounded memory.
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { FileFault } from './file-fault.ts';
import type { FileRow } from './file-row.ts';

export const encodings = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const;
export type Encoding = (typeof encodings)[number];

export interface CsvForm {
  encoding: Encoding;
  separator: string;
}

/** Small enough that checking its rows does not block other requests for long. */
const chunkBytes = 65_536;
/** With an unclosed quotation mark the rest of the file would be one row. */
const maxRowCharacters = 1_000_000;
/** Spreadsheets recognize UTF-8 by it. */
export const byteOrderMark = '\uFEFF';

/**
 * The encoding in which all bytes of the file are valid: UTF-16 with a byte order mark, UTF-8, or else GB18030. Throws if none
 * fits.
 */
export async function encodingOf(file: string): Promise<Encoding> {
  const mark = await firstBytes(file, 2);
  const candidates: readonly Encoding[] =
    mark === 'fffe' ? ['utf-16le'] : mark === 'feff' ? ['utf-16be'] : ['utf-8', 'gb18030'];
  for (const encoding of candidates) if (await isEncodedIn(file, encoding)) return encoding;
  throw new FileFault(
    '文件既不是 UTF-8、UTF-16 也不是 GB18030 编码；请另存为“CSV UTF-8”。',
    'The file is neither UTF-8, UTF-16 nor GB18030; save it as "CSV UTF-8".',
  );
}

async function firstBytes(file: string, count: number): Promise<string> {
  for await (const chunk of createReadStream(file, { end: count - 1 }))
    return (chunk as Buffer).toString('hex');
  return '';
}

/** The first of several that fit equally well. */
const separators = ['\t', ',', ';'] as const;
const linesForSeparator = 30;

/** The separator that the same number of times occurs in the most of the first lines, outside of quotation marks. */
export async function separatorOf(file: string, encoding: Encoding): Promise<string> {
  let head = '';
  for await (const text of textOf(file, encoding)) {
    head = text;
    break;
  }
  const lines = head
    .replace(/"[^"]*"/g, '')
    .split(/\r\n|\n|\r/)
    .slice(0, linesForSeparator);
  const scores = separators.map((separator) => {
    const counts = new Map<number, number>();
    for (const line of lines) {
      const count = line.split(separator).length - 1;
      if (count > 0) counts.set(count, (counts.get(count) ?? 0) + 1);
    }
    return Math.max(0, ...[...counts].map(([count, times]) => times * 1000 + count));
  });
  const best = Math.max(...scores);
  return (best > 0 && separators[scores.indexOf(best)]) || ',';
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

/** The text of the file in chunks, without a byte order mark. Rejects invalid bytes. */
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

/** The rows of the file, a few hundred at a time, without empty lines. Calls `read` with the number of bytes read. */
export async function* readCsv(
  file: string,
  { encoding, separator }: CsvForm,
  read?: (bytes: number) => void,
): AsyncGenerator<FileRow[]> {
  let rows: FileRow[] = [];
  const parser = parse({
    delimiter: separator,
    relaxColumnCount: true,
    skipEmptyLines: true,
    maxRecordSize: maxRowCharacters,
    recordDelimiter: ['\r\n', '\n', '\r'],
    // Collected here, because reading them from the stream doubles the cost.
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

/** The error for a file that is not valid CSV: with the line number, and without the content of the line. */
function unreadable(error: unknown, encoding: Encoding): unknown {
  if (isMisencoded(error))
    return new FileFault(`文件不是 ${encoding} 编码。`, `The file is not encoded in ${encoding}.`);
  if (!(error instanceof CsvError)) return error;
  const line = (error as { lines?: number }).lines ?? 0;
  return new FileFault(
    `第 ${line} 行附近的引号或换行不符合 CSV 格式（${error.code}）。`,
    `Invalid quotation marks or line breaks near line ${line} (${error.code}).`,
  );
}

/** A row as a line of RFC 4180. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(quoted).join(',')}\r\n`;

const quoted = (cell: string): string =>
  /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** Includes full-width characters, which East Asian spreadsheets treat as the others, and invisible characters before them. */
const formula = /^(?:[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫]|[\t\r\n])/;

/** Prefixes a text that a spreadsheet would evaluate as a formula with an apostrophe. Not for numbers. */
export const neutralised = (cell: string): string => (formula.test(cell) ? `'${cell}` : cell);

/** The cell without the apostrophe of `neutralised`. */
export const restored = (cell: string): string =>
  cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell;
