// The SQL of pollution sources.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import { changeRecord, insertRecord, lockRecord } from '@district-graph/kit/records';
import type { PollutionSource } from './tables.ts';

const inside: ListQuery = {
  table: 'pollution_source',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export interface PollutionSourceFilter {
  category?: PollutionSource['category'] | null;
}

export const findPollutionSources = (sql: Sql, ids: readonly string[]) =>
  sql<PollutionSource[]>`select * from pollution_source where id = any(${ids as string[]}::uuid[])`;

export const listPollutionSources = (
  sql: Sql,
  codes: readonly string[],
  { category }: PollutionSourceFilter,
  page: Page,
) =>
  pagesInside<PollutionSource>(
    sql,
    inside,
    codes,
    page,
    sql`and r.closed_on is null ${category ? sql`and r.category = ${category}` : sql``}`,
  );

export const lockPollutionSource = (sql: Sql, id: string) =>
  lockRecord<PollutionSource>(sql, 'pollution_source', id);

export const insertPollutionSource = (sql: Sql, row: Partial<PollutionSource>) =>
  insertRecord<PollutionSource>(sql, 'pollution_source', row);

export const changePollutionSource = (sql: Sql, id: string, changes: Partial<PollutionSource>) =>
  changeRecord<PollutionSource>(sql, 'pollution_source', id, changes);
