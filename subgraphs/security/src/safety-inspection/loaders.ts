// Safety inspections by key and division, and their counts.

import { prefixOf } from '@district-graph/kit/divisions/divisions';
import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import { countLimit, type Page } from '@district-graph/kit/pagination/connections';
import { countInspections, findInspections, type InspectionFilter, listInspections } from './store.ts';
import type { SafetyInspection } from './tables.ts';

export const inspectionById = defineLoader<string, SafetyInspection | null>(async (sql, ids) =>
  alignOne(ids, await findInspections(sql, ids), (row) => row.id),
);

export const inspectionsByDivision = defineLoader<
  string,
  SafetyInspection[],
  { filter: InspectionFilter; page: Page }
>(async (sql, codes, { filter, page }) =>
  alignMany(codes.map(prefixOf), await listInspections(sql, codes, filter, page), (row) => row.inside),
);

/** Counts up to `countLimit` + 1. */
export const inspectionCountByDivision = defineLoader<string, number, InspectionFilter>(
  async (sql, codes, filter) => {
    const rows = await countInspections(sql, codes, filter, countLimit + 1);
    return alignOne(codes.map(prefixOf), rows, (row) => row.inside).map((row) => row?.count ?? 0);
  },
);
