// Exhibitions by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findExhibitions, listExhibitions } from './store.ts';
import type { Exhibition } from './tables.ts';

export const exhibitionById = defineLoader<string, Exhibition | null>(async (sql, ids) =>
  alignOne(ids, await findExhibitions(sql, ids), (row) => row.id),
);

export const exhibitionsByDivision = defineLoader<string, Exhibition[], Page>((sql, codes, page) =>
  listExhibitions(sql, codes, page),
);
