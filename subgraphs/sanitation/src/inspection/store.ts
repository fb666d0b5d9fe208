// The SQL of inspections.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsOf, type ListQuery, pagesOf } from '@district-graph/kit/pagination/pages';
import type { Inspection } from './tables.ts';

export interface InspectionFilter {
  findings?: Inspection['finding'][] | null;
}

const byAlert: ListQuery = {
  table: 'inspection',
  order: [
    ['inspected_at', 'timestamptz'],
    ['id', 'uuid'],
  ],
  descending: true,
};

const matching = (sql: Sql, { findings }: InspectionFilter) =>
  findings ? sql`and r.finding = any(${findings}::text[])` : sql``;

export const findInspections = (sql: Sql, ids: readonly string[]) =>
  sql<Inspection[]>`select * from inspection where id = any(${ids as string[]}::uuid[])`;

export const listInspections = (
  sql: Sql,
  alertIds: readonly string[],
  filter: InspectionFilter,
  page: Page,
) =>
  pagesOf<Inspection>(sql, {
    list: byAlert,
    parentColumn: 'alert_id',
    ids: alertIds,
    page,
    where: matching(sql, filter),
  });

export const countInspections = (sql: Sql, alertIds: readonly string[], filter: InspectionFilter) =>
  countsOf(sql, {
    table: 'inspection',
    parentColumn: 'alert_id',
    ids: alertIds,
    where: matching(sql, filter),
  });

export const inspections = entityMutations<Inspection>('Inspection', {
  table: 'inspection',
  statusOf: ({ finding }) => finding,
});
