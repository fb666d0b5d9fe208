// Inspections by key and by alert.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countInspections, findInspections, type InspectionFilter, listInspections } from './store.ts';
import type { Inspection } from './tables.ts';

export const inspectionById = defineLoader<string, Inspection | null>(async (sql, ids) =>
  alignOne(ids, await findInspections(sql, ids), (row) => row.id),
);

export const inspectionsByAlert = defineLoader<
  string,
  Inspection[],
  { filter: InspectionFilter; page: Page }
>((sql, alertIds, { filter, page }) => listInspections(sql, alertIds, filter, page));

export const inspectionCountByAlert = defineLoader<string, number | null, InspectionFilter>(
  (sql, alertIds, filter) => countInspections(sql, alertIds, filter),
);
