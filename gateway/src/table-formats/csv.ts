// Rows as lines of CSV and of newline-delimited JSON.
import { csvLine, neutralised } from '@district-graph/kit/spreadsheet/csv';
import { type Cell, type Labels, textOf } from '../tables/cells.ts';
import type { TableColumn } from '../tables/table-layout.ts';
import type { Row } from '../tables/table-rows.ts';
import { type HeaderForm, headerOf, valueLabels } from './table-spec.ts';

/** Writes the lines of one table. */
export interface LineWriter {
  header: string;
  line: (row: Row) => string;
}

export function csvWriter(columns: readonly TableColumn[], form: HeaderForm): LineWriter {
  const labels = columns.map((column) => valueLabels(column, form));
  return {
    header: csvLine(columns.map((column) => neutralised(headerOf(column, form)))),
    line: (row) => csvLine(row.map((cell, index) => csvCell(cell, labels[index] ?? null))),
  };
}

/** Numbers are left as they are: a negative one is no formula. */
function csvCell(cell: Cell | null, labels: Labels | null): string {
  if (cell === null) return '';
  if (cell.kind === 'number' || cell.kind === 'boolean') return cell.json;
  return neutralised(textOf(cell, labels));
}

export function ndjsonWriter(columns: readonly TableColumn[], form: HeaderForm): LineWriter {
  const labels = columns.map((column) => valueLabels(column, form));
  const keys = columns.map((column) => JSON.stringify(headerOf(column, form)));
  return {
    header: '',
    line: (row) =>
      `{${row.map((cell, index) => `${keys[index]}:${jsonOf(cell, labels[index] ?? null)}`).join()}}\n`,
  };
}

/** The value as it arrived, or the label of an enum's value. */
function jsonOf(cell: Cell | null, labels: Labels | null): string {
  if (cell === null) return 'null';
  return labels === null || cell.kind !== 'text' ? cell.json : JSON.stringify(textOf(cell, labels));
}
