// Parses the cells of a bureau's file by the form of their column.

import { isDate } from '../calendar.ts';
import { isId } from '../database/ids.ts';
import { expectedDivision } from '../divisions/division-register.ts';
import type { DivisionLevel } from '../divisions/divisions.ts';
import type { Bilingual } from '../errors.ts';
import { maskIdNumber, maskName, maskPhone } from '../masking.ts';
import { normalizeText, textFormOf, textWithoutControls } from '../mutations/text-forms.ts';
import type { Labels } from '../schema/descriptions.ts';
import { restored } from './csv.ts';
import type { ImportColumn, Masking } from './module-import.ts';

/** Thrown for a cell that is not a valid value of its column. */
export class BadCell extends Error {
  readonly expected: Bilingual;

  constructor(expected: Bilingual) {
    super(expected.en);
    this.expected = expected;
  }
}

/** What cells are parsed with. */
export interface CellContext {
  labels: Labels;
}

export type ReadCell = (cell: string) => unknown;

/** The parser of a column's cells. It returns null for an empty cell of a column that may be empty, and throws `BadCell`. */
export function cellReader(column: ImportColumn, context: CellContext): ReadCell {
  const read = formReader(column, context);
  const { name, defaultCell: otherwise, optional, nullable: mayBeEmpty } = column;
  const form = column.form === 'text' ? textFormOf(name) : isCode(column.form) ? 'code' : 'line';
  return (cell) => {
    const text = normalizeText(restored(cell.trim()), form);
    if (typeof text !== 'string') throw new BadCell(textWithoutControls);
    if (text !== '') return read(text);
    if (otherwise !== undefined) return read(otherwise);
    if (optional || mayBeEmpty) return null;
    throw new BadCell({ zh: '非空的值', en: 'a value; the cell cannot be empty' });
  };
}

/** In these forms full-width characters are equal to half-width ones. */
const codes: readonly ImportColumn['form'][] = [
  'division',
  'community',
  'key',
  'integer',
  'decimal',
  'date',
  'boolean',
];
const isCode = (form: ImportColumn['form']): boolean => codes.includes(form);

function formReader(column: ImportColumn, { labels }: CellContext): ReadCell {
  const { form, range } = column;
  if (form === 'text') return (text) => text;
  if (form === 'integer') return (text) => bounded(integerCell(text), range);
  if (form === 'decimal') return (text) => bounded(decimalCell(text), range);
  if (form === 'boolean') return booleanCell;
  if (form === 'date') return dateCell;
  if (form === 'key') return keyCell;
  if (form === 'division') return divisionCell();
  if (form === 'community') return divisionCell(['COMMUNITY']);
  if ('oneOf' in form) return choice(form.oneOf, labels);
  const one = choice(form.manyOf, labels);
  return (text) =>
    text
      .split(/[;；]/)
      .map((part) => part.trim())
      .filter(Boolean)
      .map(one);
}

const divisionCell =
  (levels?: readonly DivisionLevel[]): ReadCell =>
  (text) => {
    const expected = expectedDivision(text, levels);
    if (expected === null) return text;
    throw new BadCell(expected);
  };

function keyCell(text: string): string {
  const key = text.toLowerCase();
  if (isId(key)) return key;
  throw new BadCell({ zh: '标识（UUIDv7）', en: 'an identifier (UUIDv7)' });
}

function integerCell(text: string): number {
  // Spreadsheets write 12 as 12.0 in a column with decimals.
  if (/^-?\d{1,15}(\.0+)?$/.test(text)) return Number(text);
  throw new BadCell({ zh: '整数', en: 'a whole number' });
}

function decimalCell(text: string): number {
  if (/^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
  throw new BadCell({ zh: '数', en: 'a number' });
}

function bounded(value: number, range: ImportColumn['range']): number {
  if (!range || (value >= range[0] && value <= range[1])) return value;
  throw new BadCell({ zh: `${range[0]} 到 ${range[1]}`, en: `${range[0]} to ${range[1]}` });
}

const yes = new Set(['是', '有', 'yes', 'true', 'y', '1']);
const no = new Set(['否', '无', 'no', 'false', 'n', '0']);

function booleanCell(text: string): boolean {
  const word = text.toLowerCase();
  if (yes.has(word)) return true;
  if (no.has(word)) return false;
  throw new BadCell({ zh: '“是”或“否”', en: 'yes or no' });
}

function dateCell(text: string): string {
  const [, year = '', month = '', day = ''] = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text) ?? [];
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (isDate(iso)) return iso;
  throw new BadCell({ zh: '真实存在的日期（如 2026-01-31）', en: 'a valid date, such as 2026-01-31' });
}

function choice(type: string, labels: Labels): ReadCell {
  const values = labels.get(type);
  if (!values) throw new Error(`the schema has no enum ${type}`);
  const byText = new Map<string, string>();
  for (const [value, label] of values) byText.set(label, value);
  for (const value of values.keys()) byText.set(value, value);
  const expected = {
    zh: [...values].map(([value, label]) => `${label}（${value}）`).join('、'),
    en: [...values.keys()].join(', '),
  };
  return (text) => {
    const value = byText.get(text) ?? byText.get(text.toUpperCase());
    if (value) return value;
    throw new BadCell({ zh: `以下之一：${expected.zh}`, en: `one of ${expected.en}` });
  };
}

const shownCharacters = 60;

const masks: Record<Masking, (value: string) => string> = {
  name: (value) => maskName(value) ?? '',
  phone: (value) => maskPhone(value) ?? '',
  // The mask would not hide a number of another length.
  idNumber: (value) => (value.length === 18 ? (maskIdNumber(value) ?? '') : '******'),
  address: (value) => `${[...value].slice(0, 3).join('')}****`,
  location: (value) => `${/^\d{1,3}\.\d{2}/.exec(value)?.[0] ?? ''}****`,
};

/** A cell as it is shown in reports: masked and truncated. */
export function shownCell(cell: string, masking: Masking | undefined): string {
  const shown = masking && cell ? masks[masking](cell) : cell;
  return shown.length > shownCharacters ? `${shown.slice(0, shownCharacters)}…` : shown;
}
