// Divisions by code, their children, and their tallies.
import type { Page } from '@district-graph/kit/connections';
import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import { readStock } from '@district-graph/kit/tallies';
import { type DivisionRow, findDivisions, listChildren } from './store.ts';

export const divisionByCode = defineLoader<string, DivisionRow | null>(async (sql, codes) =>
  alignOne(codes, await findDivisions(sql, codes), (row) => row.code),
);

export const childrenByDivision = defineLoader<string, DivisionRow[], Page>(async (sql, codes, page) =>
  alignMany(codes, await listChildren(sql, codes, page), (row) => row.parentCode as string),
);

/** Everything places keeps a tally of, for each division at once. */
const metrics = [
  'divisions:DISTRICT',
  'divisions:SUBDISTRICT',
  'divisions:COMMUNITY',
  'households',
  'residents',
  'communities:ONE',
  'communities:TWO',
  'communities:THREE',
  'premises:OVER_1000',
  'premises:500_TO_1000',
  'premises:UNDER_500',
  'service_centres:CITY_LEVEL',
  'service_centres:STANDARD',
  ...[
    'LIVING_SERVICES',
    'GOVERNMENT',
    'HEALTH',
    'CULTURE_EDUCATION',
    'COMMUNITY_WELFARE',
    'PUBLIC_SAFETY',
  ].map((circle) => `service_points:${circle}`),
];

export const tallyByDivision = defineLoader<string, Record<string, number>>(async (sql, codes) => {
  const sums = await readStock(sql, codes, metrics);
  return codes.map((code) => sums.get(code) ?? {});
});
