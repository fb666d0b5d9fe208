// The division register (schema/data): the divisions that exist.
import { readFileSync } from 'node:fs';
import { badInput } from '../errors.ts';
import { type DivisionLevel, type DivisionTree, isInside, pathOf } from './divisions.ts';

const file = new URL('../../../../schema/data/zhengzhou-divisions.csv', import.meta.url);

export interface RegisteredDivision {
  code: string;
  name: string;
  level: DivisionLevel;
  parentCode: string;
}

let register: Map<string, RegisteredDivision> | undefined;

/** The 3,530 divisions of the register by code, read once. */
export const registeredDivisions = (): ReadonlyMap<string, RegisteredDivision> =>
  (register ??= new Map(
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => {
        const [code = '', name = '', level = '', parentCode = ''] = row.trim().split(',');
        return [code, { code, name, level: level as DivisionLevel, parentCode }];
      }),
  ));

const levelNames: Record<DivisionLevel, { zh: string; en: string }> = {
  CITY: { zh: '市', en: 'the city' },
  DISTRICT: { zh: '区县', en: 'a district' },
  SUBDISTRICT: { zh: '街道', en: 'a subdistrict' },
  COMMUNITY: { zh: '社区', en: 'a community' },
};

/**
 * The error text for a code that is not in the register, or not of one of the given levels, with the nearest code; null for
 * a valid code.
 */
export function expectedDivision(
  code: string,
  levels?: readonly DivisionLevel[],
): { zh: string; en: string } | null {
  const level = registeredDivisions().get(code)?.level;
  if (level && (!levels || levels.includes(level))) return null;
  const nearest = nearestTo(code, levels);
  const accepted = levels?.map((each) => levelNames[each]) ?? [{ zh: '区划', en: 'a division' }];
  return {
    zh: `区划登记中${accepted.map(({ zh }) => zh).join('或')}的代码（最接近的是 ${nearest.code}，${nearest.name}）`,
    en: `the code of ${accepted.map(({ en }) => en).join(' or ')} in the division register (the nearest is ${nearest.code}, ${nearest.name})`,
  };
}

/** Throws `BAD_USER_INPUT` for a code that is not in the register, or not of one of the given levels. */
export function checkRegistered<Code extends string | null | undefined>(
  argument: string,
  code: Code,
  levels?: readonly DivisionLevel[],
): Code {
  if (code === null || code === undefined) return code;
  const expected = expectedDivision(code, levels);
  if (expected === null) return code;
  throw badInput(argument, expected, code);
}

/** The division of the given levels, or else with as many digits, whose code has the longest common prefix, and of these the nearest number. */
function nearestTo(text: string, levels?: readonly DivisionLevel[]): RegisteredDivision {
  const digits = text.replace(/\D/g, '').slice(0, 12);
  const length = digits.length < 8 ? 6 : digits.length < 11 ? 9 : 12;
  const number = (code: string) => Number(code.padEnd(12, '0'));
  const distance = ({ code }: RegisteredDivision) => Math.abs(number(code) - number(digits));
  let nearest: RegisteredDivision | undefined;
  let longest = -1;
  for (const division of registeredDivisions().values()) {
    if (levels ? !levels.includes(division.level) : division.code.length !== length) continue;
    const common = commonDigits(division.code, digits);
    if (nearest && (common < longest || (common === longest && distance(division) >= distance(nearest))))
      continue;
    nearest = division;
    longest = common;
  }
  return nearest as RegisteredDivision;
}

function commonDigits(one: string, other: string): number {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count += 1;
  return count;
}

let names: string[][] | undefined;

/** The names that an address may start with, from the province down to the subdistricts, in this order. */
export function namesAboveCommunities(): readonly (readonly string[])[] {
  if (names) return names;
  const all = [...registeredDivisions().values()];
  const ofLevel = (wanted: string) =>
    all
      .flatMap(({ name, level }) => (level === wanted ? [name] : []))
      // The longest match comes first.
      .sort((one, other) => other.length - one.length);
  names = [['河南省'], ...['CITY', 'DISTRICT', 'SUBDISTRICT'].map(ofLevel)];
  return names;
}

/** The codes of the divisions of a level inside a division, itself included, in their order. */
export function registeredInside(within: string, level: DivisionLevel): string[] {
  const codes: string[] = [];
  for (const division of registeredDivisions().values())
    if (division.level === level && isInside(division.code, within)) codes.push(division.code);
  return codes.sort();
}

let tree: DivisionTree | undefined;

/** The register as a tree, built once. A code that is not in it has neither parent nor children. */
export function registeredTree(): DivisionTree {
  if (tree) return tree;
  const children = new Map<string, string[]>();
  const parents = new Map<string, string>();
  for (const code of registeredDivisions().keys()) {
    const parent = pathOf(code).at(-2);
    if (parent === undefined) continue;
    parents.set(code, parent);
    const siblings = children.get(parent);
    if (siblings) siblings.push(code);
    else children.set(parent, [code]);
  }
  tree = {
    parentOf: (code) => parents.get(code) ?? null,
    childrenOf: (code) => children.get(code) ?? [],
  };
  return tree;
}
