// The divisions of the mock gateway: those of the register, with their real codes, names and tree, and synthetic locations.
import { registeredDivisions } from '@district-graph/kit/divisions/division-register';
import { cityCode, isInside, pathOf } from '@district-graph/kit/divisions/divisions';
import { Random } from '@district-graph/kit/seed/random';
import { loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';

const levels = {
  CITY: 'City',
  DISTRICT: 'District',
  SUBDISTRICT: 'Subdistrict',
  COMMUNITY: 'Community',
} as const;
/** How many times as large counts are in a division of the level as in a community. */
const scales = { CITY: 2000, DISTRICT: 120, SUBDISTRICT: 12, COMMUNITY: 1 } as const;

const all = [...registeredDivisions().values()];
export const communities: readonly string[] = all.flatMap(({ code, level }) =>
  level === 'COMMUNITY' ? [code] : [],
);
export const districts: readonly string[] = all.flatMap(({ code, level }) =>
  level === 'DISTRICT' ? [code] : [],
);
const locations = new Map(loadSyntheticCity('default').divisions.map((each) => [each.code, each]));
const inside = new Map<string, readonly string[]>();

export interface DivisionObject {
  __typename: string;
  code: string;
}

/** The division as `places` knows it; null for a code that is not registered. */
export function divisionObject(code: string): DivisionObject | null {
  const level = registeredDivisions().get(code)?.level;
  return level ? { __typename: levels[level], code } : null;
}

export const nameOf = (code: string): string => registeredDivisions().get(code)?.name ?? code;
export const levelOf = (code: string) => registeredDivisions().get(code)?.level ?? 'COMMUNITY';
export const scaleOf = (code: string): number => scales[levelOf(code)];

/** The communities inside a division. */
export function communitiesIn(code: string): readonly string[] {
  let found = inside.get(code);
  if (!found) {
    found = code === cityCode ? communities : communities.filter((each) => isInside(each, code));
    inside.set(code, found);
  }
  return found;
}

/** A point near the division's real location. */
export function locationOf(code: string, seed: string): { longitude: number; latitude: number } {
  const { longitude = 113.65, latitude = 34.76 } = locations.get(code) ?? {};
  const random = new Random(`${seed} location`);
  const near = (degrees: number) => Math.round((degrees + (random.next() - 0.5) * 0.01) * 1e6) / 1e6;
  return { longitude: near(longitude), latitude: near(latitude) };
}

export interface DivisionFilter {
  within?: string | null;
  level?: string | null;
  name?: string | null;
}

export const divisionCodes = ({ within, level, name }: DivisionFilter): string[] =>
  all
    .filter((each) => !within || isInside(each.code, within))
    .filter((each) => (!level || each.level === level) && (!name || each.name.includes(name)))
    .map(({ code }) => code);

/** What the register says of a division, by field; undefined for a field that it does not know. */
export function registeredField(code: string, field: string, args: { level?: string }): unknown {
  const division = registeredDivisions().get(code);
  switch (field) {
    case 'name':
      return division?.name;
    case 'level':
      return division?.level;
    case 'parent':
      return divisionObject(division?.parentCode ?? '');
    case 'ancestors':
      return pathOf(code)
        .slice(0, -1)
        .map((each) => divisionObject(each));
    case 'descendantCount':
      return (
        divisionCodes({ within: code, level: args.level }).length - (division?.level === args.level ? 1 : 0)
      );
    case 'administeredBy':
      return null;
    default:
      return undefined;
  }
}

export const childCodes = (code: string): string[] =>
  all.filter(({ parentCode }) => parentCode === code).map((each) => each.code);
