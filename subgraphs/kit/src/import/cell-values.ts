// Parses numbers, dates, codes and yes or no as people type them, and reports what was normalised.
import { isDate } from '../calendar.ts';
import type { Bilingual } from '../errors.ts';
import { dateOfDayNumber } from '../spreadsheet/number-formats.ts';

/** What was changed about a cell before it was read: reports count it for each column. */
export const normalisations = {
  separators: { zh: '去掉千位分隔符', en: 'thousands separators removed' },
  unit: { zh: '去掉单位', en: 'units removed' },
  fullWidth: { zh: '全角转为半角', en: 'full width made half width' },
  blanks: { zh: '去掉空格', en: 'blanks removed' },
  apostrophe: { zh: '去掉前导撇号', en: 'leading apostrophes removed' },
  decimals: { zh: '去掉小数点后的零', en: 'zeros after the decimal point removed' },
  number: { zh: '数值单元格按原数字还原为文字', en: 'number cells read as text, digit by digit' },
  dateForm: { zh: '日期改为 2026-01-31 的写法', en: 'dates written as 2026-01-31' },
  dayNumber: { zh: 'Excel 日序号换算为日期', en: 'day numbers of Excel read as dates' },
  time: { zh: '去掉日期后的时间', en: 'times after dates removed' },
  checkMark: { zh: '√ 或 × 读作是或否', en: '√ or × read as yes or no' },
  separated: { zh: '列表按顿号、逗号或换行分开', en: 'lists separated by commas or line breaks' },
  formula: { zh: '取公式的结果', en: 'results of formulas' },
  merged: { zh: '取合并单元格的值', en: 'values of merged cells' },
} satisfies Record<string, Bilingual>;

export type Normalisation = keyof typeof normalisations;
export type Note = (kind: Normalisation) => void;

/** Thrown for a cell that is not a valid value of its column. */
export class BadCell extends Error {
  readonly expected: Bilingual;

  constructor(expected: Bilingual) {
    super(expected.en);
    this.expected = expected;
  }
}

const scientific = /^[+-]?\d(?:\.\d+)?E\+?\d{1,3}$/i;

/** Refuses a code that a spreadsheet has turned into a number: its last digits are lost. */
export function checkNotScientific(text: string): void {
  if (!scientific.test(text)) return;
  throw new BadCell({
    zh: "完整的编码；Excel 已把它变成科学计数的数，末几位已丢失，无法还原。请先把该列设为“文本”格式（或在编码前加英文撇号 '），再从原始资料重新填写",
    en: "the whole code: Excel has turned it into a number in scientific notation, and its last digits are lost. Format the column as text (or type ' before the code), and enter the code again",
  });
}

/** A code without what typing and spreadsheets add. */
export function codeText(text: string, note: Note): string {
  checkNotScientific(text);
  let code = text;
  if (/^['’‘`](?=[\p{L}\d])/u.test(code)) {
    code = code.slice(1);
    note('apostrophe');
  }
  if (/^\d{6,}\.0+$/.test(code)) {
    code = code.slice(0, code.indexOf('.'));
    note('decimals');
  }
  return code;
}

/** Refuses, without repeating it, the number of a landline that was kept as a number: its leading zero is lost. */
export function checkLeadingZero(text: string): void {
  if (!/^[2-9]\d{9,10}$/.test(text)) return;
  throw new BadCell({
    zh: '电话号码；Excel 把它存成了数，区号前的 0 已丢失。请把该列设为“文本”格式，补上 0',
    en: 'a telephone number: Excel has kept it as a number, and the 0 before the area code is lost. Format the column as text, and add the 0',
  });
}

const thousands = /^[+-]?\d{1,3}(?:[,，\u00a0\u2009\u202f' ]\d{3})+(?:\.\d+)?$/;

const isAscii = /^[\x20-\x7e]*$/;

/** The digits of a number that may have separators of thousands and the column's unit, which is in NFKC. */
function plainNumber(text: string, units: readonly string[], note: Note): string {
  // ㎡ is written in several ways.
  let plain = isAscii.test(text) ? text : text.normalize('NFKC');
  const unit = units.find((each) => plain.endsWith(each));
  if (unit && /\d\s*$/.test(plain.slice(0, -unit.length))) {
    plain = plain.slice(0, -unit.length).trimEnd();
    note('unit');
  }
  if (thousands.test(plain)) {
    plain = plain.replace(/[,，\u00a0\u2009\u202f' ]/g, '');
    note('separators');
  }
  return plain;
}

type ReadNumber = (text: string, note: Note) => number;

/** Reads the numbers of a column with these units. Most cells are plain digits and take the first branch. */
function numberReader(plainForm: RegExp, units: readonly string[], expected: Bilingual): ReadNumber {
  const normalized = units.map((unit) => unit.normalize('NFKC'));
  const zh = units[0] === undefined ? expected.zh : `${expected.zh}（${units[0]}）`;
  return (text, note) => {
    if (plainForm.test(text)) return Number(text);
    const plain = plainNumber(text, normalized, note);
    if (plainForm.test(plain)) return Number(plain);
    throw new BadCell({ zh, en: expected.en });
  };
}

export function integerReader(units: readonly string[] = []): ReadNumber {
  // Spreadsheets write 12 as 12.0 in a column with decimals.
  const read = numberReader(/^[+-]?\d{1,15}(\.0+)?$/, units, { zh: '整数', en: 'a whole number' });
  return (text, note) => {
    const number = read(text, note);
    if (text.includes('.')) note('decimals');
    return number;
  };
}

export const decimalReader = (units: readonly string[] = []): ReadNumber =>
  numberReader(/^[+-]?\d{1,15}(\.\d{1,15})?$/, units, { zh: '数', en: 'a number' });

const yes = new Set(['是', '有', 'yes', 'true', 'y', '1', '√', '✓', '✔', '☑', '对']);
const no = new Set(['否', '无', '没有', 'no', 'false', 'n', '0', '×', '✗', '✘', '✕', '☐', 'x']);

export function booleanCell(text: string, note: Note): boolean {
  const word = text.toLowerCase();
  const isMark = /^[√✓✔☑×✗✘✕☐]$/.test(word);
  if (isMark) note('checkMark');
  if (yes.has(word)) return true;
  if (no.has(word)) return false;
  throw new BadCell({ zh: '“是”或“否”', en: 'yes or no' });
}

const isoOf = (year: string, month: string, day: string): string | null => {
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDate(iso) ? iso : null;
};

const yearFirst =
  /^(\d{4})(?:\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,2})|\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?|(\d{2})(\d{2}))$/;
const yearLast = /^(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})$/;
const timeOfDay = /(?:\s+|T)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$/i;
/** From 1927 to 2064: years, and codes, are not taken for day numbers. */
const dayNumbers = { least: 10_000, most: 60_000 };

/** A date as 2026-01-31. `is1904` says from when day numbers count. */
export function dateCell(text: string, is1904: boolean, note: Note): string {
  const bare = text.replace(timeOfDay, '');
  const iso = dateOf(bare, is1904, note);
  if (bare !== text && !/[\sT]0{1,2}:00(:00(\.0+)?)?Z?$/i.test(text)) note('time');
  return iso;
}

function dateOf(text: string, is1904: boolean, note: Note): string {
  const [match, year = '', separator, ...parts] = yearFirst.exec(text) ?? [];
  if (match !== undefined) {
    const [month = '', day = ''] = parts.filter((part) => part !== undefined);
    const iso = isoOf(year, month, day);
    if (iso !== null) {
      if (separator !== '-' || iso !== text) note('dateForm');
      return iso;
    }
  }
  if (/^\d{5}(\.\d+)?$/.test(text) && Number(text) >= dayNumbers.least && Number(text) <= dayNumbers.most) {
    const [iso] = (dateOfDayNumber(Number(text), is1904) ?? '').split(' ');
    if (iso) {
      note('dayNumber');
      return iso;
    }
  }
  const [last, first = '', , second = '', lastYear = ''] = yearLast.exec(text) ?? [];
  if (last !== undefined) return unambiguous(lastYear, first, second, note);
  throw new BadCell({ zh: '真实存在的日期（如 2026-01-31）', en: 'a valid date, such as 2026-01-31' });
}

/** A date with the year at its end: month and day in either order, if only one makes a date. */
function unambiguous(year: string, first: string, second: string, note: Note): string {
  const monthFirst = isoOf(year, first, second);
  const dayFirst = isoOf(year, second, first);
  if (monthFirst && dayFirst && monthFirst !== dayFirst)
    throw new BadCell({
      zh: `写明年月日的日期；这里可以读作 ${monthFirst}，也可以读作 ${dayFirst}，请改写`,
      en: `a date with the year first: this can be read as ${monthFirst} or as ${dayFirst}`,
    });
  const iso = monthFirst ?? dayFirst;
  if (!iso)
    throw new BadCell({ zh: '真实存在的日期（如 2026-01-31）', en: 'a valid date, such as 2026-01-31' });
  note('dateForm');
  return iso;
}
