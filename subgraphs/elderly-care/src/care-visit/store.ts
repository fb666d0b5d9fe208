// The SQL of visits.
import type { DateRange } from '@district-graph/kit/calendar';
import { instantsOf } from '@district-graph/kit/calendar';
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import {
  countsInside,
  countsOf,
  type ListQuery,
  pagesInsideByTime,
  pagesOf,
} from '@district-graph/kit/pages';
import type { CareVisit } from './tables.ts';

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

export const findCareVisits = (sql: Sql, ids: readonly string[]) =>
  sql<CareVisit[]>`select * from care_visit where id = any(${ids as string[]}::uuid[])`;

export const listCareVisits = (sql: Sql, elderIds: readonly string[], filter: CareVisitFilter, page: Page) =>
  pagesOf<CareVisit>(sql, latestFirst, 'elder_id', elderIds, page, matching(sql, filter));

export const countCareVisits = (sql: Sql, elderIds: readonly string[], filter: CareVisitFilter) =>
  countsOf(sql, 'care_visit', 'elder_id', elderIds, matching(sql, filter));

export const listCareVisitsInside = (
  sql: Sql,
  codes: readonly string[],
  filter: CareVisitFilter,
  page: Page,
) => pagesInsideByTime<CareVisit>(sql, latestFirst, codes, page, matching(sql, filter));

export const countCareVisitsInside = (sql: Sql, codes: readonly string[], filter: CareVisitFilter) =>
  countsInside(sql, 'care_visit', codes, matching(sql, filter));
