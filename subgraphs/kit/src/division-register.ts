// The codes of the division register (schema/data), for rooms that keep no divisions of their own.
import { readFileSync } from 'node:fs';
import { pathOf } from './divisions.ts';
import type { DivisionTree } from './small-counts.ts';

const file = new URL('../../../schema/data/zhengzhou-divisions.csv', import.meta.url);

/** Of each row the code, the name and the level. */
const rows = (): [code: string, name: string, level: string][] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => {
      const [code = '', name = '', level = ''] = row.split(',');
      return [code, name, level];
    });

/** Every code of the register: 3,530 of them. */
export const registeredDivisions = (): ReadonlySet<string> => new Set(rows().map(([code]) => code));

let names: string[][] | undefined;

/** The names with which an address may begin, from the province down to the subdistricts, in this order. */
export function namesAboveCommunities(): readonly (readonly string[])[] {
  if (names) return names;
  const all = rows();
  const ofLevel = (wanted: string) =>
    all
      .flatMap(([, name, level]) => (level === wanted ? [name] : []))
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
  for (const code of registeredDivisions()) {
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
