// Checks of arguments of mutations and of cells of imports, after mutation-input.ts or ../import/cells.ts has normalized them.
// Each throws `BAD_USER_INPUT`, and returns undefined and null unchanged.

import { districtOf, isId } from '../database/ids.ts';
import { districtCodeOf } from '../divisions/divisions.ts';
import { badInput } from '../errors.ts';

/**
 * Text of 1 to `most` characters. Surrounding blanks were removed before (text-forms.ts). The error repeats the number of
 * characters only, because the text may be personal.
 */
export function checkWords<Text extends string | null | undefined>(
  argument: string,
  text: Text,
  most = 100,
): Text {
  if (text === null || text === undefined || (text.length > 0 && text.length <= most)) return text;
  throw badInput(argument, { zh: `1 到 ${most} 个字`, en: `1 to ${most} characters` }, text.length);
}

/** A telephone number. The error does not repeat it, because it may be personal. */
export function checkPhone<Text extends string | null | undefined>(argument: string, text: Text): Text {
  if (text === null || text === undefined || /^\+?\d[\d-]{2,19}$/.test(text)) return text;
  throw badInput(
    argument,
    { zh: '电话号码（数字和连字符）', en: 'a telephone number: digits and hyphens' },
    '…',
  );
}

/** The id of an entity of another subgraph. Whether the entity exists is not checked. */
export function checkKey<Text extends string | null | undefined>(argument: string, text: Text): Text {
  if (text === null || text === undefined || isId(text)) return text;
  throw badInput(argument, { zh: '标识（UUIDv7）', en: 'an identifier (UUIDv7)' }, text);
}

export function checkInteger<Whole extends number | null | undefined>(
  argument: string,
  number: Whole,
  least: number,
  most = 1_000_000,
): Whole {
  if (number === null || number === undefined) return number;
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw badInput(
    argument,
    { zh: `${least} 到 ${most} 的整数`, en: `a whole number, ${least} to ${most}` },
    number,
  );
}

export function checkNotAfterToday<Day extends string | null | undefined>(
  argument: string,
  day: Day,
  today: string,
): Day {
  if (day === null || day === undefined || day <= today) return day;
  throw badInput(argument, { zh: '不晚于今天的日期', en: 'a day not after today' }, day);
}

export function checkNotBefore<Day extends string | null | undefined>(
  argument: string,
  day: Day,
  earliest: string,
): Day {
  if (day === null || day === undefined || day >= earliest) return day;
  throw badInput(argument, { zh: `不早于 ${earliest} 的日期`, en: `a day not before ${earliest}` }, day);
}

/** A division of the same district. Ids contain their district: a record that moves to another district is registered anew there. */
export function checkSameDistrict<Code extends string | null | undefined>(
  argument: string,
  code: Code,
  before: string,
): Code {
  const district = districtCodeOf(before);
  if (code === null || code === undefined || districtCodeOf(code) === district) return code;
  throw badInput(
    argument,
    { zh: `${district} 区内的区划代码`, en: `a division code inside the district ${district}` },
    code,
  );
}

/** The id of a record of the same district, which the id contains. */
export function checkOfDistrict(argument: string, id: string, divisionCode: string): void {
  const district = districtCodeOf(divisionCode);
  if (!isId(id) || districtOf(id) === district) return;
  throw badInput(
    argument,
    { zh: `${district} 区内的标识`, en: `the key of a record of the district ${district}` },
    id,
  );
}
