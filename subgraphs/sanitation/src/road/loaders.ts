// Roads by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findRoads, listRoads } from './store.ts';
import type { Road } from './tables.ts';

export const roadById = defineLoader<string, Road | null>(async (sql, ids) =>
  alignOne(ids, await findRoads(sql, ids), (row) => row.id),
);

export const roadsByDivision = defineLoader<string, Road[], Page>((sql, codes, page) =>
  listRoads(sql, codes, page),
);
