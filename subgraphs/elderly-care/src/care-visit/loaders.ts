// Visits by key, by elder and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  type CareVisitFilter,
  type CareVisitOrder,
  countCareVisits,
  countCareVisitsInside,
  findCareVisits,
  listCareVisits,
  listCareVisitsInside,
} from './store.ts';
import type { CareVisit } from './tables.ts';

interface Listing {
  filter: CareVisitFilter;
  page: Page;
}

export const careVisitById = defineLoader<string, CareVisit | null>(async (sql, ids) =>
  alignOne(ids, await findCareVisits(sql, ids), (row) => row.id),
);

export const careVisitsByElder = defineLoader<string, CareVisit[], Listing>(
  (sql, elderIds, { filter, page }) => listCareVisits(sql, elderIds, filter, page),
);

export const careVisitCountByElder = defineLoader<string, number | null, CareVisitFilter>(
  (sql, elderIds, filter) => countCareVisits(sql, elderIds, filter),
);

export const careVisitsByDivision = defineLoader<
  string,
  CareVisit[],
  { filter: CareVisitFilter & { orderBy: CareVisitOrder }; page: Page }
>((sql, codes, { filter, page }) => listCareVisitsInside(sql, codes, filter, page));

export const careVisitCountByDivision = defineLoader<string, number | null, CareVisitFilter>(
  (sql, codes, filter) => countCareVisitsInside(sql, codes, filter),
);
