// Division codes (GB/T 2260 and the 9- and 12-digit statistical codes): levels, prefixes, ancestors.
import { badInput } from '../errors.ts';

/** The significant digits of a code, with which the codes of everything inside start: 410100 -> 4101, others unchanged. */
export const prefixOf = (code: string): string =>
  code.length === 6 && code.endsWith('00') ? code.slice(0, 4) : code;

/** The code of the city: the default where a list takes no division. */
export const cityCode = '410100';

/** The district that a division is inside or is. */
export const districtCodeOf = (code: string): string => code.slice(0, 6);

/** The subdistrict that a division is inside; of a larger division, its own code. */
export const subdistrictCodeOf = (code: string): string => code.slice(0, 9);

/** The code and its ancestors, the city first. */
export function pathOf(code: string): string[] {
  const city = `${code.slice(0, 4)}00`;
  return [city, districtCodeOf(code), subdistrictCodeOf(code), code].filter(
    (ancestor, index, all) => ancestor.length <= code.length && all.indexOf(ancestor) === index,
  );
}

/** Whether the text has the form of a division code. Whether the division exists, the register knows. */
export const isDivisionCode = (text: string): boolean => /^\d{6}(\d{3}(\d{3})?)?$/.test(text);

/** Throws `BAD_USER_INPUT` for a text that does not have the form of a division code. */
export function checkDivisionCode(code: string, argument = 'within'): string {
  if (isDivisionCode(code)) return code;
  throw badInput(argument, { zh: '6、9 或 12 位区划代码', en: 'a division code of 6, 9 or 12 digits' }, code);
}

/** The half-open range of codes inside a division, for an indexed column in C order. */
export function codesInside(code: string): { start: string; end: string } {
  const start = prefixOf(code);
  return { start, end: start.slice(0, -1) + String.fromCharCode(start.charCodeAt(start.length - 1) + 1) };
}

/** Whether a division lies inside another, or is the same. */
export const isInside = (code: string, within: string): boolean => code.startsWith(prefixOf(within));

/** The tree of divisions. */
export interface DivisionTree {
  parentOf: (code: string) => string | null;
  childrenOf: (code: string) => readonly string[];
}

export type DivisionLevel = 'CITY' | 'DISTRICT' | 'SUBDISTRICT' | 'COMMUNITY';
