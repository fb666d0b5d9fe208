// What the writes of this room check of their input, before the tables' own constraints do.
import { checkDivisionCode, isInside } from '@district-graph/kit/divisions';
import { badInput } from '@district-graph/kit/errors';

/** 郑州市: every row of the room lies in it. */
const wholeCity = '410100';

/** Refuses what is no division of the city. */
export function checkHome(code: string, argument = 'divisionCode'): string {
  if (isInside(checkDivisionCode(code, argument), wholeCity)) return code;
  throw badInput(argument, { zh: '郑州市内的区划代码', en: 'a division inside Zhengzhou' }, code);
}

/** Refuses a text that is blank, too long, or holds what no text column can. What is not given stays so. */
export function checkText<Text extends string | null | undefined>(
  argument: string,
  text: Text,
  maxLength: number,
): Text {
  if (text == null || (text.trim() !== '' && text.length <= maxLength && !text.includes('\0'))) return text;
  throw badInput(
    argument,
    {
      zh: ` 1 到 ${maxLength} 个字符，不得全为空白`,
      en: `1 to ${maxLength} characters that are not all blank`,
    },
    text,
  );
}

/** Refuses a number outside its range. What is not given stays so. */
export function checkRange<Value extends number | null | undefined>(
  argument: string,
  value: Value,
  [min, max]: readonly [number, number],
): Value {
  if (value == null || (value >= min && value <= max)) return value;
  throw badInput(argument, { zh: ` ${min} 到 ${max} 的整数`, en: `a whole number, ${min} to ${max}` }, value);
}

/** Of two instants the later: clocks differ and writes wait for each other, but no record goes back in time. */
export const laterOf = (now: string, ...before: (string | null)[]): string =>
  before.reduce<string>(
    (latest, instant) => (instant && Date.parse(instant) > Date.parse(latest) ? instant : latest),
    now,
  );
