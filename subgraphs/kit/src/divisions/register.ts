// The division register (schema/data), by which every subgraph knows which divisions there are.
import { readFileSync } from 'node:fs';
import { badInput } from '../errors.ts';
import { type DivisionLevel, type DivisionTree, pathOf } from './divisions.ts';

const file = new URL('../../../../schema/data/zhengzhou-divisions.csv', import.meta.url);

export interface RegisteredDivision {
  code: string;
  name: string;
  level: DivisionLevel;
  parentCode: string;
}

let register: Map<string, RegisteredDivision> | undefined;

/** Every division of the register by its code: 3,530 of them, read once. */
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
 * What is expected instead of a code: one that the register has, of one of the levels where only they are taken; null for
 * a code that is. Names the nearest.
 */
export function expectedDivision(
  code: string,
  levels?: readonly DivisionLevel[],
): { zh: string; en: string } | null {
  const level = registeredDivisions().get(code)?.level;
  if (level && (!levels || levels.includes(level))) return null;
  const nearest = nearestTo(code, levels);
  const wanted = levels?.map((each) => levelNames[each]) ?? [{ zh: '区划', en: 'a division' }];
  return {
    zh: `区划登记中${wanted.map(({ zh }) => zh).join('或')}的代码（最接近的是 ${nearest.code}，${nearest.name}）`,
    en: `the code of ${wanted.map(({ en }) => en).join(' or ')} in the division register (the nearest is ${nearest.code}, ${nearest.name})`,
  };
}

/** Refuses a code that the register does not have, or has at another level. */
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

/** Of the levels taken, or else of as many digits: the code that begins alike longest, and of these the nearest number. */
function nearestTo(text: string, levels?: readonly DivisionLevel[]): RegisteredDivision {
  const digits = text.replace(/\D/g, '').slice(0, 12);
  const length = digits.length < 8 ? 6 : digits.length < 11 ? 9 : 12;
  const number = (code: string) => Number(code.padEnd(12, '0'));
  const distance = ({ code }: RegisteredDivision) => Math.abs(number(code) - number(digits));
  let nearest: RegisteredDivision | undefined;
  let longest = -1;
  for (const division of registeredDivisions().values()) {
    if (levels ? !levels.includes(division.level) : division.code.length !== length) continue;
    const alike = commonDigits(division.code, digits);
    if (nearest && (alike < longest || (alike === longest && distance(division) >= distance(nearest))))
      continue;
    nearest = division;
    longest = alike;
  }
  return nearest as RegisteredDivision;
}

function commonDigits(one: string, other: string): number {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count += 1;
  return count;
}

let names: string[][] | undefined;

/** The names with which an address may begin, from the province down to the subdistricts, in this order. */
export function namesAboveCommunities(): readonly (readonly string[])[] {
  if (names) return names;
  const all = [...registeredDivisions().values()];
  const ofLevel = (wanted: string) =>
    all
      .flatMap(({ name, level }) => (level === wanted ? [name] : []))
      // Of two that begin alike the longer one is meant.
      .sort((one, other) => other.length - one.length);
  names = [['河南省'], ...['CITY', 'DISTRICT', 'SUBDISTRICT'].map(ofLevel)];
  return names;
}

let tree: DivisionTree | undefined;

/** The register as a tree, built once. What is not in it is nobody's child and has no children. */
export function registeredTree(): DivisionTree {
  if (tree) return tree;
  const children = new Map<string, string[]>();
  const parents = new Map<string, string>();
  for (const code of registeredDivisions().keys()) {
    const parent = pathOf(code).at(-2);
    if (parent === undefined) continue;
    parents.set(code, parent);
    const beside = children.get(parent);
    if (beside) beside.push(code);
    else children.set(parent, [code]);
  }
  tree = {
    parentOf: (code) => parents.get(code) ?? null,
    childrenOf: (code) => children.get(code) ?? [],
  };
  return tree;
}
