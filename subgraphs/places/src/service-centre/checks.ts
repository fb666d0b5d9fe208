// What the registers of this room accept: words, telephones, figures, days, and divisions that there are.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import { badInput } from '@district-graph/kit/errors';
import { required, type Write } from '@district-graph/kit/writes';
import { findDivisions } from '../division/store.ts';

/** Words without the blanks around them; refused when none or too many are left. */
export function checkWords(argument: string, text: string, most = 100): string {
  const words = text.trim();
  if (words.length > 0 && words.length <= most) return words;
  throw badInput(argument, { zh: ` 1 到 ${most} 个字`, en: `1 to ${most} characters` }, text.slice(0, 50));
}

export function checkPhone(argument: string, text: string): string {
  if (/^\+?\d[\d-]{2,19}$/.test(text)) return text;
  throw badInput(
    argument,
    { zh: '电话号码（数字和连字符）', en: 'a telephone number: digits and hyphens' },
    text,
  );
}

export function checkWhole(argument: string, number: number, least: number, most = 1_000_000): number {
  if (number >= least && number <= most) return number;
  throw badInput(
    argument,
    { zh: ` ${least} 到 ${most} 的整数`, en: `a whole number, ${least} to ${most}` },
    number,
  );
}

/** The day something is closed: today unless another is given, never later. */
export function closingDay(closedOn: string | null | undefined, today: string): string {
  const day = closedOn ?? today;
  if (day <= today) return day;
  throw badInput('closedOn', { zh: '不晚于今天的日期', en: 'a day not after today' }, day);
}

/** A division of the register. */
export async function requiredDivision(write: Write, code: string) {
  const [division] = await findDivisions(write.sql, [checkDivisionCode(code, 'divisionCode')]);
  return required(division, 'divisionCode', code);
}
