// The SQL of cleaning runs and their steps.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { countsOf, type ListQuery, pagesOf } from '@district-graph/kit/pages';
import type { CleaningRun, CleaningStep } from './tables.ts';

const byRoad: ListQuery = {
  table: 'cleaning_run',
  order: [
    ['started_at', 'timestamptz'],
    ['id', 'uuid'],
  ],
};

export const findCleaningRuns = (sql: Sql, ids: readonly string[]) =>
  sql<CleaningRun[]>`select * from cleaning_run where id = any(${ids as string[]}::uuid[])`;

export const listCleaningRuns = (sql: Sql, roadIds: readonly string[], day: string, page: Page) =>
  pagesOf<CleaningRun>(sql, byRoad, 'road_id', roadIds, page, sql`and r.day = ${day}`);

export const countCleaningRuns = (sql: Sql, roadIds: readonly string[], day: string) =>
  countsOf(sql, 'cleaning_run', 'road_id', roadIds, sql`and r.day = ${day}`);

export const listCleaningSteps = (sql: Sql, runIds: readonly string[]) =>
  sql<
    CleaningStep[]
  >`select * from cleaning_step where run_id = any(${runIds as string[]}::uuid[]) order by run_id, ordinal`;
