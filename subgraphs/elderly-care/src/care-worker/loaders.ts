// Care workers by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type CareWorkerFilter, findCareWorkers, listCareWorkers } from './store.ts';
import type { CareWorker } from './tables.ts';

export const careWorkerById = defineLoader<string, CareWorker | null>(async (sql, ids) =>
  alignOne(ids, await findCareWorkers(sql, ids), (row) => row.id),
);

export const careWorkersByDivision = defineLoader<
  string,
  CareWorker[],
  { filter: CareWorkerFilter; page: Page }
>((sql, codes, { filter, page }) => listCareWorkers(sql, codes, filter, page));
