// Handouts by key, by supermarket and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countHandouts,
  countHandoutsInside,
  findHandouts,
  type HandoutFilter,
  listHandouts,
  listHandoutsInside,
} from './store.ts';
import type { Handout } from './tables.ts';

export const handoutById = defineLoader<string, Handout | null>(async (sql, ids) =>
  alignOne(ids, await findHandouts(sql, ids), (row) => row.id),
);

export const handoutsBySupermarket = defineLoader<string, Handout[], Page>((sql, ids, page) =>
  listHandouts(sql, ids, page),
);

export const handoutCountBySupermarket = defineLoader<string, number | null>((sql, ids) =>
  countHandouts(sql, ids),
);

export const handoutsByDivision = defineLoader<string, Handout[], { filter: HandoutFilter; page: Page }>(
  (sql, codes, { filter, page }) => listHandoutsInside(sql, codes, filter, page),
);

export const handoutCountByDivision = defineLoader<string, number | null, HandoutFilter>(
  (sql, codes, filter) => countHandoutsInside(sql, codes, filter),
);
