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
import { encryptedGridVisit, type GridVisit } from './tables.ts';

export interface GridVisitFilter {
  period?: DateRange | null;
  kind?: GridVisit['kind'] | null;
}

const latestFirst: ListQuery = {
  table: 'grid_visit',
  order: [
    ['visited_at', 'timestamptz'],
    ['id', 'uuid'],
  ],
  descending: true,
};

function matching(sql: Sql, { period, kind }: GridVisitFilter) {
  const instants = period ? instantsOf(period) : null;
  return sql`
    ${instants ? sql`and r.visited_at >= ${instants.start} and r.visited_at < ${instants.end}` : sql``}
    ${kind ? sql`and r.kind = ${kind}` : sql``}`;
}

export const findGridVisits = (sql: Sql, ids: readonly string[]) =>
  sql<GridVisit[]>`select * from grid_visit where id = any(${ids as string[]}::uuid[])`;

export const listGridVisits = (sql: Sql, gridIds: readonly string[], filter: GridVisitFilter, page: Page) =>
  pagesOf<GridVisit>(sql, {
    list: latestFirst,
    parentColumn: 'grid_id',
    ids: gridIds,
    page,
    where: matching(sql, filter),
  });

export const countGridVisits = (sql: Sql, gridIds: readonly string[], filter: GridVisitFilter) =>
  countsOf(sql, {
    table: 'grid_visit',
    parentColumn: 'grid_id',
    ids: gridIds,
    where: matching(sql, filter),
  });

export const listGridVisitsInside = (
  sql: Sql,
  codes: readonly string[],
  filter: GridVisitFilter,
  page: Page,
) => pagesInsideByLevel<GridVisit>(sql, { list: latestFirst, codes, page, where: matching(sql, filter) });

export const countGridVisitsInside = (sql: Sql, codes: readonly string[], filter: GridVisitFilter) =>
  countsInside(sql, { table: 'grid_visit', codes, where: matching(sql, filter) });

export const gridVisits = entityMutations<GridVisit>('GridVisit', {
  table: 'grid_visit',
  encrypted: encryptedGridVisit,
  masked: ['workerName'],
  detailOf: ({ gridId, kind }) => ({ gridId, kind }),
});
