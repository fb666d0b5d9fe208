// Grids by key, by code, by division and by parent.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countChildren,
  findGrids,
  findGridsByCode,
  type GridFilter,
  listChildren,
  listGrids,
} from './store.ts';
import type { Grid } from './tables.ts';

export const gridById = defineLoader<string, Grid | null>(async (sql, ids) =>
  alignOne(ids, await findGrids(sql, ids), (row) => row.id),
);

export const gridByCode = defineLoader<string, Grid | null>(async (sql, codes) =>
  alignOne(codes, await findGridsByCode(sql, codes), (row) => row.gridCode),
);

export const gridsByDivision = defineLoader<string, Grid[], { filter: GridFilter; page: Page }>(
  (sql, codes, { filter, page }) => listGrids(sql, codes, filter, page),
);

export const childrenByGrid = defineLoader<string, Grid[], Page>((sql, ids, page) =>
  listChildren(sql, ids, page),
);

export const childCountByGrid = defineLoader<string, number | null>((sql, ids) => countChildren(sql, ids));
