// The XML of a worksheet: its head with frozen header and column widths, and its rows. Codes are text, numbers numbers, dates dates.
import { neutralised } from '@district-graph/kit/spreadsheet/csv';
import { type Cell, type Labels, textOf } from '../tables/cells.ts';
import type { ColumnType } from '../tables/table-layout.ts';

/** Cell formats, by their position in `stylesXml`. */
export const styles = {
  plain: 0,
  header: 1,
  text: 2,
  date: 3,
  dateTime: 4,
  whole: 5,
  formulaLike: 6,
  wrapped: 7,
};

/** As many characters as a cell can hold. */
const maxCellCharacters = 32_767;
/** Digits beyond these a spreadsheet rounds. */
const maxDigits = 15;
/** From then on a spreadsheet's day numbers are those of the calendar: it takes 1900 for a leap year. */
const firstDate = '1900-03-01';

export const xmlHeader = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
export const sheetNamespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

/** What XML cannot contain, as the format escapes it, and what would be taken for such an escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is escaped.
const forbidden = /[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g;

export const escapeXml = (text: string): string =>
  text
    .replace(
      forbidden,
      (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

export function sheetHead(widths: readonly number[], frozenRows: number): string {
  const columns = widths
    .map((width, index) => `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`)
    .join('');
  const pane = frozenRows
    ? `<pane ySplit="${frozenRows}" topLeftCell="A${frozenRows + 1}" activePane="bottomLeft" state="frozen"/>`
    : '';
  return `${xmlHeader}<worksheet xmlns="${sheetNamespace}"><sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews>${
    columns ? `<cols>${columns}</cols>` : ''
  }<sheetData>`;
}

export const sheetEnd = (filtered: { columns: number; rows: number } | null): string =>
  `</sheetData>${
    filtered && filtered.columns > 0
      ? `<autoFilter ref="A1:${columnName(filtered.columns)}${filtered.rows}"/>`
      : ''
  }</worksheet>`;

/** A, B, … Z, AA, … */
export function columnName(number: number): string {
  const rest = Math.floor((number - 1) / 26);
  return `${rest > 0 ? columnName(rest) : ''}${String.fromCharCode(65 + ((number - 1) % 26))}`;
}

/** A row of cells, of which the empty ones are left out. */
export function rowXml(number: number, cells: readonly string[], columns: readonly string[]): string {
  let xml = `<row r="${number}">`;
  for (const [index, cell] of cells.entries()) if (cell) xml += `<c r="${columns[index]}${number}"${cell}`;
  return `${xml}</row>`;
}

/** A text, after the address of its cell. */
export function textCell(text: string, style: number): string {
  const cut = text.length > maxCellCharacters ? `${text.slice(0, maxCellCharacters - 1)}…` : text;
  return ` s="${style}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(cut)}</t></is></c>`;
}

const isCut = (text: string): boolean => text.length > maxCellCharacters;

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

/** Chinese characters are as wide as two digits. */
export const widthOf = (text: string): number => {
  let width = 0;
  for (const character of text.slice(0, 100)) width += (character.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1;
  return width;
};
