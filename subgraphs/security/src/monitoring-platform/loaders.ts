// Platforms by key, division and parent, and their counts.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countChildren,
  countTiers,
  findPlatforms,
  listChildren,
  listPlatforms,
  type PlatformFilter,
  type PlatformRow,
} from './store.ts';

export const platformById = defineLoader<string, PlatformRow | null>(async (sql, ids) =>
  alignOne(ids, await findPlatforms(sql, ids), (row) => row.id),
);

export const platformsByDivision = defineLoader<
  string,
  PlatformRow[],
  { filter: PlatformFilter; page: Page }
>(async (sql, codes, { filter, page }) =>
  alignMany(codes, await listPlatforms(sql, codes, filter, page), (row) => row.inside),
);

export const childrenByPlatform = defineLoader<string, PlatformRow[], Page>(async (sql, ids, page) =>
  alignMany(ids, await listChildren(sql, ids, page), (row) => row.parentId as string),
);

export const childCountOfPlatform = defineLoader<string, number>(async (sql, ids) =>
  alignOne(ids, await countChildren(sql, ids), (row) => row.parentId).map((row) => row?.count ?? 0),
);

export const tierCountOfPlatform = defineLoader<string, number>(async (sql, ids) =>
  alignOne(ids, await countTiers(sql, ids), (row) => row.id).map((row) => row?.count ?? 0),
);
