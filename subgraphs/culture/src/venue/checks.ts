// What the registers of this room accept: words, whole numbers, keys of other rooms, days in their order.
import { badInput } from '@district-graph/kit/errors';
import { isId } from '@district-graph/kit/ids';

/** Words without the blanks around them; refused when none or too many are left. */
export function checkWords(argument: string, text: string, most = 100): string {
  const words = text.trim();
  if (words && [...words].length <= most) return words;
  throw badInput(argument, { zh: ` 1 到 ${most} 个字`, en: `1 to ${most} characters` }, text.slice(0, 50));
}

export function checkWhole(argument: string, number: number, least: number, most: number): number {
  if (number >= least && number <= most) return number;
  throw badInput(
    argument,
    { zh: ` ${least} 到 ${most} 的整数`, en: `a whole number, ${least} to ${most}` },
    number,
  );
}

/** A key of another room's entity; whether there is one is for that room to say. */
export function checkKey(argument: string, text: string): string {
  if (isId(text)) return text;
  throw badInput(argument, { zh: '标识（UUIDv7）', en: 'an identifier (UUIDv7)' }, text);
}

export function checkDays(opensOn: string, closesOn: string): void {
  if (closesOn < opensOn)
    throw badInput(
      'closesOn',
      { zh: `不早于 ${opensOn} 的日期`, en: `a day not before ${opensOn}` },
      closesOn,
    );
}
