// Troupes by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findTroupes, listTroupes, type TroupeFilter } from './store.ts';
import type { Troupe } from './tables.ts';

export const troupeById = defineLoader<string, Troupe | null>(async (sql, ids) =>
  alignOne(ids, await findTroupes(sql, ids), (row) => row.id),
);

export const troupesByDivision = defineLoader<string, Troupe[], { filter: TroupeFilter; page: Page }>(
  (sql, codes, { filter, page }) => listTroupes(sql, codes, filter, page),
);
