// The header of a bureau's file: which column of the declaration stands where, or what is unknown or missing.
import { restored } from './csv.ts';
import type { ImportColumn, ModuleImport } from './module-import.ts';

export interface MappedColumn {
  column: ImportColumn;
  /** Which cell of a row. */
  index: number;
}

/** Finds the columns by their Chinese or English names. Throws one error with everything unknown, missing or twice there. */
export function mapColumns(cells: readonly string[], { columns }: ModuleImport): MappedColumn[] {
  const byHeader = new Map(
    columns.flatMap((column) => [[column.name.toLowerCase(), column] as const, [column.zh, column] as const]),
  );
  const placed: MappedColumn[] = [];
  const unknown: string[] = [];
  const twice: string[] = [];
  // Empty headers stand at the end of what spreadsheets save with a column too many.
  const last = cells.findLastIndex((cell) => cell.trim() !== '');
  cells.slice(0, last + 1).forEach((cell, index) => {
    const header = restored(cell.trim());
    const column = byHeader.get(header) ?? byHeader.get(header.toLowerCase());
    if (!column) unknown.push(header.slice(0, 40));
    else if (placed.some((other) => other.column === column)) twice.push(header);
    else placed.push({ column, index });
  });
  const missing = columns.filter(
    (column) => !column.optional && !placed.some((other) => other.column === column),
  );
  if (unknown.length + twice.length + missing.length === 0) return placed;
  throw new Error(
    [
      ...(unknown.length ? [`不认识的列 Unknown columns: ${unknown.join(', ')}`] : []),
      ...(twice.length ? [`重复的列 Columns twice there: ${twice.join(', ')}`] : []),
      ...(missing.length ? [`缺少的列 Missing columns: ${missing.map(headersOf).join(', ')}`] : []),
      `应有的列 Expected columns: ${columns.map((column) => `${headersOf(column)}${column.optional ? '（可缺 optional）' : ''}`).join(', ')}`,
    ].join('\n'),
  );
}

const headersOf = ({ name, zh }: ImportColumn): string => `${zh} ${name}`;
