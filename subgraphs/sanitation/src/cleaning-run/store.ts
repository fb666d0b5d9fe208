// The SQL of cleaning runs and their steps.

import { columnsOf, type Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsOf, type ListQuery, pagesOf } from '@district-graph/kit/pagination/pages';
import { type CleaningRun, type CleaningStep, cleaningStepKinds } from './tables.ts';
import { cleaningRunTransitions } from './transitions.ts';

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
  pagesOf<CleaningRun>(sql, {
    list: byRoad,
    parentColumn: 'road_id',
    ids: roadIds,
    page,
    where: sql`and r.day = ${day}`,
  });

export const countCleaningRuns = (sql: Sql, roadIds: readonly string[], day: string) =>
  countsOf(sql, {
    table: 'cleaning_run',
    parentColumn: 'road_id',
    ids: roadIds,
    where: sql`and r.day = ${day}`,
  });

export const listCleaningSteps = (sql: Sql, runIds: readonly string[]) =>
  sql<
    CleaningStep[]
  >`select * from cleaning_step where run_id = any(${runIds as string[]}::uuid[]) order by run_id, ordinal`;

export const cleaningRuns = entityMutations<CleaningRun>('CleaningRun', {
  table: 'cleaning_run',
  transitions: cleaningRunTransitions,
});

/** The six steps of a new run, none started. */
export const insertCleaningSteps = (sql: Sql, runId: string) => {
  const rows = cleaningStepKinds.map((kind, index) => ({
    run_id: runId,
    ordinal: index + 1,
    kind,
    status: 'PENDING',
  }));
  return sql<CleaningStep[]>`insert into cleaning_step ${sql(rows)} returning *`;
};

/** Changes a step of a locked run. */
export async function changeCleaningStep(
  sql: Sql,
  { runId, ordinal }: Pick<CleaningStep, 'runId' | 'ordinal'>,
  changes: Partial<CleaningStep>,
): Promise<CleaningStep> {
  const [changed] = await sql<CleaningStep[]>`
    update cleaning_step set ${sql(columnsOf(changes))} where run_id = ${runId} and ordinal = ${ordinal} returning *`;
  return changed as CleaningStep;
}

/** The open run of the road, whatever its day, or null. */
export async function findOpenRun(sql: Sql, roadId: string): Promise<CleaningRun | null> {
  const [row] = await sql<
    CleaningRun[]
  >`select * from cleaning_run where road_id = ${roadId} and status = 'OPEN'`;
  return row ?? null;
}

/** An open run with a step in progress that uses the vehicle, or null. */
export async function findRunAtWork(sql: Sql, vehicleId: string): Promise<CleaningRun | null> {
  const [row] = await sql<CleaningRun[]>`
    select r.* from cleaning_step s join cleaning_run r on r.id = s.run_id
    where s.vehicle_id = ${vehicleId} and s.status = 'IN_PROGRESS' and r.status = 'OPEN' limit 1`;
  return row ?? null;
}
