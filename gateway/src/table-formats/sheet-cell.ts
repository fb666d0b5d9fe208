// The cells of a table's columns in a worksheet: codes are text, numbers numbers, dates dates.
import { neutralised } from '@district-graph/kit/spreadsheet/csv';
import { isCut, styles, textCell, widthOf } from '@district-graph/kit/spreadsheet/writing/sheet-xml';
import { type Cell, type Labels, textOf } from '../tables/cells.ts';
import type { ColumnType } from '../tables/table-layout.ts';

/** Digits beyond these a spreadsheet rounds. */
const maxDigits = 15;
/** From then on a spreadsheet's day numbers are those of the calendar: it takes 1900 for a leap year. */
const firstDate = '1900-03-01';

const numberCell = (value: string | number, style: number): string => ` s="${style}"><v>${value}</v></c>`;

export interface SheetCell {
  /** What follows the address of the cell; empty where it has no value. */
  xml: string;
  /** How wide it is shown, in digits. */
  width: number;
  isCut: boolean;
}

/** A cell of a column of this type. */
export function sheetCell(cell: Cell | null, type: ColumnType, labels: Labels | null): SheetCell {
  if (cell === null) return { xml: '', width: 0, isCut: false };
  if (cell.kind === 'number' && isExact(cell.json)) {
    const style = /^-?\d+$/.test(cell.json) ? styles.whole : styles.plain;
    return { xml: numberCell(cell.json, style), width: cell.json.length, isCut: false };
  }
  if (cell.kind === 'boolean')
    return { xml: ` t="b"><v>${cell.json === 'true' ? 1 : 0}</v></c>`, width: 5, isCut: false };
  const text = textOf(cell, labels);
  const day = type === 'date' ? dayNumber(text) : type === 'dateTime' ? timeNumber(text) : null;
  if (day !== null)
    return {
      xml: numberCell(day, type === 'date' ? styles.date : styles.dateTime),
      width: type === 'date' ? 10 : 19,
      isCut: false,
    };
  // As text it is never evaluated; the format keeps it text when it is edited.
  const style = neutralised(text) === text ? styles.text : styles.formulaLike;
  return { xml: textCell(text, style), width: widthOf(text), isCut: isCut(text) };
}

const isExact = (number: string): boolean =>
  Number.isFinite(Number(number)) && number.replace(/[eE].*$|\D/g, '').replace(/^0+/, '').length <= maxDigits;

const dayMs = 86_400_000;
const epochMs = Date.UTC(1899, 11, 30);

/** The day number of a date; null for what is no whole date, such as a year. */
function dayNumber(text: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < firstDate) return null;
  return (Date.parse(`${text}T00:00:00Z`) - epochMs) / dayMs;
}

/** The time as shown in Asia/Shanghai, which has no daylight saving time any more. */
function timeNumber(text: string): number | null {
  if (text < firstDate || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return null;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) return null;
  return Number(((ms + 8 * 3_600_000 - epochMs) / dayMs).toFixed(9));
}
