// The SQL of visits.
import { type DateRange, instantsOf } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countsInside,
  countsOf,
  type ListQuery,
  pagesInsideByLevel,
  pagesOf,
} from '@district-graph/kit/pagination/pages';
import type { CareVisit } from './tables.ts';
import { careVisitTransitions } from './transitions.ts';

export interface CareVisitFilter {
  period?: DateRange | null;
  status?: CareVisit['status'] | null;
}

const latestFirst: ListQuery = {
  table: 'care_visit',
  order: [
    ['scheduled_at', 'timestamptz'],
    ['id', 'uuid'],
  ],
  descending: true,
};

function matching(sql: Sql, { period, status }: CareVisitFilter) {
  const instants = period ? instantsOf(period) : null;
  return sql`
    ${instants ? sql`and r.scheduled_at >= ${instants.start} and r.scheduled_at < ${instants.end}` : sql``}
    ${status ? sql`and r.status = ${status}` : sql``}`;
}

const earliestFirst: ListQuery = { ...latestFirst, descending: false };

export type CareVisitOrder = 'SCHEDULED_AT_DESC' | 'SCHEDULED_AT_ASC';

export const findCareVisits = (sql: Sql, ids: readonly string[]) =>
  sql<CareVisit[]>`select * from care_visit where id = any(${ids as string[]}::uuid[])`;

export const listCareVisits = (sql: Sql, elderIds: readonly string[], filter: CareVisitFilter, page: Page) =>
  pagesOf<CareVisit>(sql, {
    list: latestFirst,
    parentColumn: 'elder_id',
    ids: elderIds,
    page,
    where: matching(sql, filter),
  });

export const countCareVisits = (sql: Sql, elderIds: readonly string[], filter: CareVisitFilter) =>
  countsOf(sql, {
    table: 'care_visit',
    parentColumn: 'elder_id',
    ids: elderIds,
    where: matching(sql, filter),
  });

export const listCareVisitsInside = (
  sql: Sql,
  codes: readonly string[],
  { orderBy, ...filter }: CareVisitFilter & { orderBy: CareVisitOrder },
  page: Page,
) =>
  pagesInsideByLevel<CareVisit>(sql, {
    list: orderBy === 'SCHEDULED_AT_ASC' ? earliestFirst : latestFirst,
    codes,
    page,
    where: matching(sql, filter),
  });

export const countCareVisitsInside = (sql: Sql, codes: readonly string[], filter: CareVisitFilter) =>
  countsInside(sql, { table: 'care_visit', codes, where: matching(sql, filter) });

export const careVisits = entityMutations<CareVisit>('CareVisit', {
  table: 'care_visit',
  transitions: careVisitTransitions,
});

/** How long a visit occupies its worker, including travel. */
const visitMinutes = 60;

/** Another visit of the worker at the time of this one, in a status that occupies the worker. */
export async function findConflictingVisit(
  sql: Sql,
  careWorkerId: string,
  { id, scheduledAt }: Pick<CareVisit, 'id' | 'scheduledAt'>,
  status?: 'IN_PROGRESS',
): Promise<CareVisit | null> {
  const [row] = await sql<CareVisit[]>`
    select * from care_visit
    where care_worker_id = ${careWorkerId} and id <> ${id}
      and ${
        status
          ? sql`status = ${status}`
          : sql`status in ('ASSIGNED', 'IN_PROGRESS')
            and scheduled_at > ${scheduledAt}::timestamptz - make_interval(mins => ${visitMinutes})
            and scheduled_at < ${scheduledAt}::timestamptz + make_interval(mins => ${visitMinutes})`
      }
    order by scheduled_at limit 1`;
  return row ?? null;
}

/** The unfinished visits of an elder, locked. */
export const lockOpenVisits = (sql: Sql, elderId: string) => sql<CareVisit[]>`
  select * from care_visit where elder_id = ${elderId} and status in ('REQUESTED', 'ASSIGNED', 'IN_PROGRESS')
  order by id for update`;
