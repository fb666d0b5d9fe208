// Love supermarkets by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findLoveSupermarkets, listLoveSupermarkets } from './store.ts';
import type { LoveSupermarket } from './tables.ts';

export const loveSupermarketById = defineLoader<string, LoveSupermarket | null>(async (sql, ids) =>
  alignOne(ids, await findLoveSupermarkets(sql, ids), (row) => row.id),
);

export const loveSupermarketsByDivision = defineLoader<string, LoveSupermarket[], Page>((sql, codes, page) =>
  listLoveSupermarkets(sql, codes, page),
);
