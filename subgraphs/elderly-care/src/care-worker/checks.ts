// What the registers of this room accept: words, telephones, keys, days and the district that a key bears.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import { badInput } from '@district-graph/kit/errors';
import { isId } from '@district-graph/kit/ids';

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

export function checkKey(argument: string, text: string): string {
  if (isId(text)) return text;
  throw badInput(argument, { zh: '标识（UUIDv7）', en: 'an identifier (UUIDv7)' }, text);
}

export function checkNotAfterToday(argument: string, day: string, today: string): string {
  if (day <= today) return day;
  throw badInput(argument, { zh: '不晚于今天的日期', en: 'a day not after today' }, day);
}

export function checkWhole(argument: string, number: number, least: number, most: number): number {
  if (number >= least && number <= most) return number;
  throw badInput(
    argument,
    { zh: ` ${least} 到 ${most} 的整数`, en: `a whole number, ${least} to ${most}` },
    number,
  );
}

/** A division of the same district: a key bears its district, and whoever goes to another one is registered there. */
export function checkSameDistrict(code: string, before: string): string {
  if (checkDivisionCode(code, 'divisionCode').slice(0, 6) === before.slice(0, 6)) return code;
  const district = before.slice(0, 6);
  throw badInput(
    'divisionCode',
    { zh: ` ${district} 区内的区划代码`, en: `a division code inside the district ${district}` },
    code,
  );
}
