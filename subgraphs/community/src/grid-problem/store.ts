// The SQL of problems and their timelines.
import { type DateRange, instantsOf } from '@district-graph/kit/calendar';
import { columnsOf, type Sql } from '@district-graph/kit/database/database';
import type { Keyring } from '@district-graph/kit/encryption/keyring';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsInside, type ListQuery, pagesInsideByLevel } from '@district-graph/kit/pagination/pages';
import {
  encryptedGridProblem,
  encryptedGridProblemTimeline,
  type GridProblem,
  type GridProblemTimelineRow,
} from './tables.ts';
import { gridProblemTransitions } from './transitions.ts';

export interface GridProblemFilter {
  status?: GridProblem['status'] | null;
  kind?: GridProblem['kind'] | null;
  period?: DateRange | null;
}

/** The column with the key of what a problem became elsewhere. */
export type Reference = 'blindSpotId' | 'incidentId' | 'safetyInspectionId' | 'careVisitId';

const latestFirst: ListQuery = {
  table: 'grid_problem',
  order: [
    ['found_at', 'timestamptz'],
    ['id', 'uuid'],
  ],
  descending: true,
};

function matching(sql: Sql, { status, kind, period }: GridProblemFilter) {
  const instants = period ? instantsOf(period) : null;
  return sql`
    ${instants ? sql`and r.found_at >= ${instants.start} and r.found_at < ${instants.end}` : sql``}
    ${status ? sql`and r.status = ${status}` : sql``} ${kind ? sql`and r.kind = ${kind}` : sql``}`;
}

export const findGridProblems = (sql: Sql, ids: readonly string[]) =>
  sql<GridProblem[]>`select * from grid_problem where id = any(${ids as string[]}::uuid[])`;

const columnOf = {
  blindSpotId: 'blind_spot_id',
  incidentId: 'incident_id',
  safetyInspectionId: 'safety_inspection_id',
  careVisitId: 'care_visit_id',
} as const satisfies Record<Reference, string>;

/** The problems that became these entities of another subgraph. */
export const findGridProblemsOf = (sql: Sql, reference: Reference, keys: readonly string[]) =>
  sql<GridProblem[]>`
    select * from grid_problem where ${sql(columnOf[reference])} = any(${keys as string[]}::uuid[])`;

/** Until the transaction ends, no other problem becomes the entity with this key. */
export const lockReference = (sql: Sql, key: string) => sql`
  select pg_advisory_xact_lock(hashtextextended('grid_problem.reference/' || ${key}::text, 0))`;

export const listGridProblems = (sql: Sql, codes: readonly string[], filter: GridProblemFilter, page: Page) =>
  pagesInsideByLevel<GridProblem>(sql, { list: latestFirst, codes, page, where: matching(sql, filter) });

export const countGridProblems = (sql: Sql, codes: readonly string[], filter: GridProblemFilter) =>
  countsInside(sql, { table: 'grid_problem', codes, where: matching(sql, filter) });

export const findTimelines = (sql: Sql, problemIds: readonly string[]) => sql<GridProblemTimelineRow[]>`
  select * from grid_problem_timeline where problem_id = any(${problemIds as string[]}::uuid[])
  order by problem_id, sequence`;

export const gridProblems = entityMutations<GridProblem>('GridProblem', {
  table: 'grid_problem',
  encrypted: encryptedGridProblem,
  transitions: gridProblemTransitions,
});

/** Appends an entry to the timeline of a locked problem. The note is plain. */
export async function appendToTimeline(
  sql: Sql,
  keyring: Keyring,
  { note, ...entry }: Omit<GridProblemTimelineRow, 'sequence' | 'note'> & { note: string | null },
): Promise<void> {
  const [last] = await sql<{ sequence: number }[]>`
    select coalesce(max(sequence), 0)::integer as sequence from grid_problem_timeline
    where problem_id = ${entry.problemId}`;
  const row = { ...entry, note, sequence: (last?.sequence ?? 0) + 1 };
  await sql`insert into grid_problem_timeline ${sql(columnsOf(encryptedGridProblemTimeline.encrypt(keyring, row)))}`;
}
