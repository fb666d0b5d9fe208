// The SQL of subsidies.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { countsOf, type ListQuery, pagesOf } from '@district-graph/kit/pages';
import type { Subsidy } from './tables.ts';

const byElder: ListQuery = {
  table: 'subsidy',
  order: [
    ['month', 'date'],
    ['id', 'uuid'],
  ],
  descending: true,
};

export const findSubsidies = (sql: Sql, ids: readonly string[]) =>
  sql<Subsidy[]>`select * from subsidy where id = any(${ids as string[]}::uuid[])`;

export const listSubsidies = (sql: Sql, elderIds: readonly string[], page: Page) =>
  pagesOf<Subsidy>(sql, byElder, 'elder_id', elderIds, page);

export const countSubsidies = (sql: Sql, elderIds: readonly string[]) =>
  countsOf(sql, 'subsidy', 'elder_id', elderIds);
