// Pollution sources by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findPollutionSources, listPollutionSources, type PollutionSourceFilter } from './store.ts';
import type { PollutionSource } from './tables.ts';

export const pollutionSourceById = defineLoader<string, PollutionSource | null>(async (sql, ids) =>
  alignOne(ids, await findPollutionSources(sql, ids), (row) => row.id),
);

export const pollutionSourcesByDivision = defineLoader<
  string,
  PollutionSource[],
  { filter: PollutionSourceFilter; page: Page }
>((sql, codes, { filter, page }) => listPollutionSources(sql, codes, filter, page));
