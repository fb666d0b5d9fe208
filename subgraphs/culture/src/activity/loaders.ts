// Activities by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ActivityFilter, findActivities, listActivities } from './store.ts';
import type { Activity } from './tables.ts';

export const activityById = defineLoader<string, Activity | null>(async (sql, ids) =>
  alignOne(ids, await findActivities(sql, ids), (row) => row.id),
);

export const activitiesByDivision = defineLoader<string, Activity[], { filter: ActivityFilter; page: Page }>(
  (sql, codes, { filter, page }) => listActivities(sql, codes, filter, page),
);
