// Subsidies by key and by elder.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countSubsidies, findSubsidies, listSubsidies } from './store.ts';
import type { Subsidy } from './tables.ts';

export const subsidyById = defineLoader<string, Subsidy | null>(async (sql, ids) =>
  alignOne(ids, await findSubsidies(sql, ids), (row) => row.id),
);

export const subsidiesByElder = defineLoader<string, Subsidy[], Page>((sql, elderIds, page) =>
  listSubsidies(sql, elderIds, page),
);

export const subsidyCountByElder = defineLoader<string, number | null>((sql, elderIds) =>
  countSubsidies(sql, elderIds),
);
