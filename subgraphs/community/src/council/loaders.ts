// Councils by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findCouncils, listCouncils } from './store.ts';
import type { Council } from './tables.ts';

export const councilById = defineLoader<string, Council | null>(async (sql, ids) =>
  alignOne(ids, await findCouncils(sql, ids), (row) => row.id),
);

export const councilsByDivision = defineLoader<string, Council[], Page>((sql, codes, page) =>
  listCouncils(sql, codes, page),
);
