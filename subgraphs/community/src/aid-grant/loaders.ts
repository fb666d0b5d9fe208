// Aid grants by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findAidGrants, listAidGrants } from './store.ts';
import type { AidGrant } from './tables.ts';

export const aidGrantById = defineLoader<string, AidGrant | null>(async (sql, ids) =>
  alignOne(ids, await findAidGrants(sql, ids), (row) => row.id),
);

export const aidGrantsByDivision = defineLoader<string, AidGrant[], Page>((sql, codes, page) =>
  listAidGrants(sql, codes, page),
);
