// Blind spots by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type BlindSpotFilter, findBlindSpots, listBlindSpots } from './store.ts';
import type { BlindSpot } from './tables.ts';

export const blindSpotById = defineLoader<string, BlindSpot | null>(async (sql, ids) =>
  alignOne(ids, await findBlindSpots(sql, ids), (row) => row.id),
);

export const blindSpotsByDivision = defineLoader<
  string,
  BlindSpot[],
  { filter: BlindSpotFilter; page: Page }
>((sql, codes, { filter, page }) => listBlindSpots(sql, codes, filter, page));
