// Commendations by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  type CommendationFilter,
  countCommendations,
  findCommendations,
  listCommendations,
} from './store.ts';
import type { Commendation } from './tables.ts';

export const commendationById = defineLoader<string, Commendation | null>(async (sql, ids) =>
  alignOne(ids, await findCommendations(sql, ids), (row) => row.id),
);

export const commendationsByDivision = defineLoader<
  string,
  Commendation[],
  { filter: CommendationFilter; page: Page }
>((sql, codes, { filter, page }) => listCommendations(sql, codes, filter, page));

export const commendationCountByDivision = defineLoader<string, number | null, CommendationFilter>(
  (sql, codes, filter) => countCommendations(sql, codes, filter),
);
