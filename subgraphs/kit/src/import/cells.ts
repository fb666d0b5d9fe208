// Parses the cells of a bureau's file by the form of their column.

import { isId } from '../database/ids.ts';
import { expectedDivision } from '../divisions/division-register.ts';
import type { DivisionLevel } from '../divisions/divisions.ts';
import { maskIdNumber, maskName, maskPhone } from '../masking.ts';
import { normalizeText, textFormOf, textWithoutControls } from '../mutations/text-forms.ts';
import type { Labels } from '../schema/descriptions.ts';
import { restored } from '../spreadsheet/csv.ts';
import {
  BadCell,
  booleanCell,
  checkNotScientific,
  codeText,
  dateCell,
  decimalReader,
  integerReader,
  type Note,
} from './cell-values.ts';
import type { ImportColumn, Masking } from './module-import.ts';

export { BadCell } from './cell-values.ts';

/** What cells are parsed with. */
export interface CellContext {
  labels: Labels;
  /** Whether the file counts days from 1904. */
  is1904?: boolean;
}

/** Calls `note` with what it normalised. */
export type ReadCell = (cell: string, note?: Note) => unknown;
type Read = (text: string, note: Note) => unknown;

const unnoted: Note = () => {};

/** The parser of a column's cells. It returns null for an empty cell of a column that may be empty, and throws `BadCell`. */
export function cellReader(column: ImportColumn, context: CellContext): ReadCell {
  const read = formReader(column, context);
  const { name, defaultCell: otherwise, optional, nullable: mayBeEmpty } = column;
  const isOfCodes = isCode(column.form);
  const form = column.form === 'text' ? textFormOf(name) : isOfCodes ? 'code' : 'line';
  const isIdentifier =
    column.form === 'text' ? form !== 'line' && form !== 'prose' : keys.includes(column.form);
  return (cell, note = unnoted) => {
    const trimmed = cell.trim();
    const text = normalizeText(restored(trimmed), form);
    if (typeof text !== 'string') throw new BadCell(textWithoutControls);
    // Most cells have nothing to note.
    if (isOfCodes || isIdentifier) noteWidth(trimmed, text, note);
    if (text === '') {
      if (otherwise !== undefined) return read(otherwise, unnoted);
      if (optional || mayBeEmpty) return null;
      throw new BadCell({ zh: '非空的值', en: 'a value; the cell cannot be empty' });
    }
    if (!isIdentifier) {
      if (column.form === 'text') checkNotScientific(text);
      return read(text, note);
    }
    const code = codeText(text, note);
    const bare = column.form === 'text' ? code : code.replace(/[\s\u00a0\u2007\u202f]/g, '');
    if (bare !== code) note('blanks');
    return read(bare, note);
  };
}

const fullWidth = /[\uff01-\uff5e]/;

function noteWidth(cell: string, text: string, note: Note): void {
  if (cell !== text && fullWidth.test(cell)) note('fullWidth');
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
const keys: readonly ImportColumn['form'][] = ['division', 'community', 'key'];

function formReader(column: ImportColumn, { labels, is1904 = false }: CellContext): Read {
  const { form, range, units } = column;
  if (form === 'text') return (text) => text;
  if (form === 'integer' || form === 'decimal') {
    const readNumber = form === 'integer' ? integerReader(units) : decimalReader(units);
    return (text, note) => bounded(readNumber(text, note), range);
  }
  if (form === 'boolean') return booleanCell;
  if (form === 'date') return (text, note) => dateCell(text, is1904, note);
  if (form === 'key') return keyCell;
  if (form === 'division') return divisionCell();
  if (form === 'community') return divisionCell(['COMMUNITY']);
  if ('oneOf' in form) return enumValue(form.oneOf, labels);
  return listOf(form.manyOf, labels);
}

/** Values separated by semicolons, or else by commas or line breaks. */
function listOf(type: string, labels: Labels): Read {
  const find = findValue(type, labels);
  const one = enumValue(type, labels);
  return (text, note) =>
    text
      .split(/[;；]/)
      .map((part) => part.trim())
      .filter(Boolean)
      .flatMap((part) => {
        if (find(part) !== undefined) return [find(part)];
        const parts = part.split(/[、，,/|\n]/).map((each) => each.trim());
        if (parts.length > 1) note('separated');
        return parts.filter(Boolean).map((each) => one(each));
      });
}

const divisionCell =
  (levels?: readonly DivisionLevel[]): Read =>
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

function bounded(value: number, range: ImportColumn['range']): number {
  if (!range || (value >= range[0] && value <= range[1])) return value;
  throw new BadCell({ zh: `${range[0]} 到 ${range[1]}`, en: `${range[0]} to ${range[1]}` });
}

/** Finds a value of an enum by its name or its label; undefined if there is none. */
function findValue(type: string, labels: Labels): (text: string) => string | undefined {
  const values = labels.get(type);
  if (!values) throw new Error(`the schema has no enum ${type}`);
  const byText = new Map<string, string>();
  for (const [value, label] of values) byText.set(label, value);
  for (const value of values.keys()) byText.set(value, value);
  // Brackets and letters are typed in either width.
  for (const [text, value] of [...byText]) byText.set(text.normalize('NFKC'), value);
  const exact = (text: string) => byText.get(text) ?? byText.get(text.toUpperCase());
  // Labels are copied with what their description adds in brackets.
  return (text) =>
    exact(text) ??
    exact(text.normalize('NFKC').replace(/\s/g, '')) ??
    exact(text.replace(/\s*[（(][^（(]*[)）]$/, ''));
}

function enumValue(type: string, labels: Labels): (text: string) => string {
  const find = findValue(type, labels);
  const values = labels.get(type) ?? new Map<string, string>();
  const expected = {
    zh: [...values].map(([value, label]) => `${label}（${value}）`).join('、'),
    en: [...values.keys()].join(', '),
  };
  return (text) => {
    const value = find(text);
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
