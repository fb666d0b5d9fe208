// Handouts by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countHandouts, findHandouts, type HandoutFilter, listHandouts } from './store.ts';
import type { Handout } from './tables.ts';

export const handoutById = defineLoader<string, Handout | null>(async (sql, ids) =>
  alignOne(ids, await findHandouts(sql, ids), (row) => row.id),
);

export const handoutsByDivision = defineLoader<string, Handout[], { filter: HandoutFilter; page: Page }>(
  (sql, codes, { filter, page }) => listHandouts(sql, codes, filter, page),
);

export const handoutCountByDivision = defineLoader<string, number | null, HandoutFilter>(
  (sql, codes, filter) => countHandouts(sql, codes, filter),
);
