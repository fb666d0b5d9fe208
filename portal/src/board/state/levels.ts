// Levels of divisions, which their codes show: 6 digits for the city and districts, 9 for subdistricts, 12 for communities.
import type { Level } from '@district-graph/schema/indicators/indicator';
import { cityCode } from './board-state.ts';

export function levelOf(code: string): Level {
  if (code === cityCode) return 'CITY';
  if (code.length === 6) return 'DISTRICT';
  return code.length === 9 ? 'SUBDISTRICT' : 'COMMUNITY';
}

const below: Readonly<Record<Level, Level>> = {
  CITY: 'DISTRICT',
  DISTRICT: 'SUBDISTRICT',
  SUBDISTRICT: 'COMMUNITY',
  COMMUNITY: 'COMMUNITY',
};

export interface PartsOf {
  within: string;
  level: Level;
}

/** The divisions that are compared: the parts of the division, or for a community, those of its subdistrict. */
export const partsOf = (code: string): PartsOf => {
  const level = levelOf(code);
  return { within: level === 'COMMUNITY' ? code.slice(0, 9) : code, level: below[level] };
};
