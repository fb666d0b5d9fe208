// Cleaning runs by key and by road; the steps of a run.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countCleaningRuns, findCleaningRuns, listCleaningRuns, listCleaningSteps } from './store.ts';
import type { CleaningRun, CleaningStep } from './tables.ts';

export const cleaningRunById = defineLoader<string, CleaningRun | null>(async (sql, ids) =>
  alignOne(ids, await findCleaningRuns(sql, ids), (row) => row.id),
);

export const cleaningRunsByRoad = defineLoader<string, CleaningRun[], { day: string; page: Page }>(
  (sql, roadIds, { day, page }) => listCleaningRuns(sql, roadIds, day, page),
);

export const cleaningRunCountByRoad = defineLoader<string, number | null, string>((sql, roadIds, day) =>
  countCleaningRuns(sql, roadIds, day),
);

export const cleaningStepsByRun = defineLoader<string, CleaningStep[]>(async (sql, runIds) =>
  alignMany(runIds, await listCleaningSteps(sql, runIds), (row) => row.runId),
);
