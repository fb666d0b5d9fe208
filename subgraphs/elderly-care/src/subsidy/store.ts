// The SQL of subsidies.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsOf, type ListQuery, pagesOf } from '@district-graph/kit/pagination/pages';
import type { Subsidy } from './tables.ts';
import { subsidyTransitions } from './transitions.ts';

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
  pagesOf<Subsidy>(sql, { list: byElder, parentColumn: 'elder_id', ids: elderIds, page });

export const countSubsidies = (sql: Sql, elderIds: readonly string[]) =>
  countsOf(sql, { table: 'subsidy', parentColumn: 'elder_id', ids: elderIds });

export const subsidies = entityMutations<Subsidy>('Subsidy', {
  table: 'subsidy',
  transitions: subsidyTransitions,
});

export async function findSubsidyOf(
  sql: Sql,
  elderId: string,
  scheme: Subsidy['scheme'],
  month: string,
): Promise<Subsidy | null> {
  const [row] = await sql<Subsidy[]>`
    select * from subsidy where elder_id = ${elderId} and scheme = ${scheme} and month = ${month}`;
  return row ?? null;
}

/** An elder's granted subsidies for the months that start after the day, locked. */
export const findSubsidiesToStop = (sql: Sql, elderId: string, day: string) => sql<Subsidy[]>`
  select * from subsidy where elder_id = ${elderId} and status = 'GRANTED' and month > ${day} order by id for update`;
