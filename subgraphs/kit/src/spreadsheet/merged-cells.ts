// Finds the merged cells of a sheet, which its XML lists after all rows, and fills their value into the rows that they span.
import { type FileRow, setOrigin } from './file-row.ts';
import type { ZipFile } from './zip-file.ts';

/** Cells of one column that are merged over several rows. */
interface Span {
  column: number;
  last: number;
}

export type MergedCells = ReadonlyMap<number, readonly Span[]>;

const carriedCharacters = 256;
const maxSpans = 200_000;

/** The index of a column by its letters. */
export function columnIndex(letters: string): number {
  let index = 0;
  for (let at = 0; at < letters.length; at += 1) index = index * 26 + letters.charCodeAt(at) - 64;
  return index - 1;
}

/** The cells that are merged over several rows, by their first row. Reads the whole part, which also shows that it is not damaged. */
export async function mergedCellsOf(zip: ZipFile, part: string): Promise<MergedCells> {
  const spans = new Map<number, Span[]>();
  let count = 0;
  let carried = '';
  for await (const chunk of zip.chunksOf(part)) {
    const text = carried + chunk.toString('latin1');
    carried = text.slice(-carriedCharacters);
    if (!text.includes('mergeCell')) continue;
    for (const [match, from = '', first, last] of text.matchAll(mergeCell)) {
      const spanned = { column: columnIndex(from), last: Number(last) };
      // A reference at the end of a chunk is found again in the next one.
      const known = spans.get(Number(first)) ?? [];
      if (first === last || known.some(({ column }) => column === spanned.column)) continue;
      count += 1;
      if (count > maxSpans || match.length > carriedCharacters) break;
      spans.set(Number(first), [...known, spanned]);
    }
  }
  return spans;
}

const mergeCell = /mergeCell [^<>]*?ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?[A-Z]{1,3}\$?(\d{1,7})"/g;

/** Gives each row of merged cells the value that spreadsheets show for all of them; rows have to come in their order. */
export class MergedCellFiller {
  #cells: MergedCells;
  #open: (Span & { value: string })[] = [];

  constructor(cells: MergedCells) {
    this.#cells = cells;
  }

  fill(row: FileRow): void {
    if (this.#cells.size === 0) return;
    this.#open = this.#open.filter(({ last }) => last >= row.line);
    for (const { column, value } of this.#open) {
      if ((row.cells[column] ?? '') !== '') continue;
      while (row.cells.length < column) row.cells.push('');
      row.cells[column] = value;
      setOrigin(row, column, 'merged');
    }
    for (const span of this.#cells.get(row.line) ?? []) {
      const value = row.cells[span.column] ?? '';
      if (value !== '') this.#open.push({ ...span, value });
    }
  }
}
