// Visits by key, by grid and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countGridVisits,
  countGridVisitsInside,
  findGridVisits,
  type GridVisitFilter,
  listGridVisits,
  listGridVisitsInside,
} from './store.ts';
import type { GridVisit } from './tables.ts';

interface Listing {
  filter: GridVisitFilter;
  page: Page;
}

export const gridVisitById = defineLoader<string, GridVisit | null>(async (sql, ids) =>
  alignOne(ids, await findGridVisits(sql, ids), (row) => row.id),
);

export const visitsByGrid = defineLoader<string, GridVisit[], Listing>((sql, gridIds, { filter, page }) =>
  listGridVisits(sql, gridIds, filter, page),
);

export const visitCountByGrid = defineLoader<string, number | null, GridVisitFilter>((sql, gridIds, filter) =>
  countGridVisits(sql, gridIds, filter),
);

export const visitsByDivision = defineLoader<string, GridVisit[], Listing>((sql, codes, { filter, page }) =>
  listGridVisitsInside(sql, codes, filter, page),
);

export const visitCountByDivision = defineLoader<string, number | null, GridVisitFilter>(
  (sql, codes, filter) => countGridVisitsInside(sql, codes, filter),
);
