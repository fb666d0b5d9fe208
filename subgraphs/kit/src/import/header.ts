// Maps the header of a bureau's file to the declared columns.
import { restored } from './csv.ts';
import type { ImportColumn, ModuleImport } from './module-import.ts';

export interface MappedColumn {
  column: ImportColumn;
  /** The index of its cell in a row. */
  index: number;
}

/** The columns that a file of rejected rows has before those of its import. Such a file is imported again when it is corrected. */
export const rejectColumns: readonly string[] = ['行 line', '原因 reason'];

const headerOf = (cell: string): string => restored(cell.trim());

/** Whether the header is that of a column of rejected rows, which an import ignores. */
export const isRejectColumn = (cell: string): boolean => rejectColumns.includes(headerOf(cell));

/** Finds the columns by their Chinese or English headers. Throws one error with all headers that are unknown, missing or duplicate. */
export function mapColumns(cells: readonly string[], { columns }: ModuleImport): MappedColumn[] {
  const byHeader = new Map(
    columns.flatMap((column) => [[column.name.toLowerCase(), column] as const, [column.zh, column] as const]),
  );
  const mapped: MappedColumn[] = [];
  const unknown: string[] = [];
  const duplicate: string[] = [];
  // Spreadsheets may save empty columns at the end.
  const last = cells.findLastIndex((cell) => cell.trim() !== '');
  cells.slice(0, last + 1).forEach((cell, index) => {
    if (isRejectColumn(cell)) return;
    const header = headerOf(cell);
    const column = byHeader.get(header) ?? byHeader.get(header.toLowerCase());
    if (!column) unknown.push(header.slice(0, 40));
    else if (mapped.some((other) => other.column === column)) duplicate.push(header);
    else mapped.push({ column, index });
  });
  const missing = columns.filter(
    (column) => !column.optional && !mapped.some((other) => other.column === column),
  );
  if (unknown.length + duplicate.length + missing.length === 0) return mapped;
  throw new Error(
    [
      ...(unknown.length ? [`不认识的列 Unknown columns: ${unknown.join(', ')}`] : []),
      ...(duplicate.length ? [`重复的列 Duplicate columns: ${duplicate.join(', ')}`] : []),
      ...(missing.length ? [`缺少的列 Missing columns: ${missing.map(headersOf).join(', ')}`] : []),
      `应有的列 Expected columns: ${columns.map((column) => `${headersOf(column)}${column.optional ? '（可缺 optional）' : ''}`).join(', ')}`,
    ].join('\n'),
  );
}

const headersOf = ({ name, zh }: ImportColumn): string => `${zh} ${name}`;
