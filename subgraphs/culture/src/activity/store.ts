// The SQL of activities.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import { changeRecord, insertRecord, lockRecord } from '@district-graph/kit/records';
import type { Activity } from './tables.ts';

const inside: ListQuery = {
  table: 'activity',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export interface ActivityFilter {
  category?: Activity['category'] | null;
}

export const findActivities = (sql: Sql, ids: readonly string[]) =>
  sql<Activity[]>`select * from activity where id = any(${ids as string[]}::uuid[])`;

/** What is closed is found by its key, and listed and counted no more. */
export const listActivities = (
  sql: Sql,
  codes: readonly string[],
  { category }: ActivityFilter,
  page: Page,
) =>
  pagesInside<Activity>(
    sql,
    inside,
    codes,
    page,
    sql`and r.status = 'OFFERED' ${category ? sql`and r.category = ${category}` : sql``}`,
  );

export const lockActivity = (sql: Sql, id: string) => lockRecord<Activity>(sql, 'activity', id);

export const insertActivity = (sql: Sql, row: Partial<Activity>) =>
  insertRecord<Activity>(sql, 'activity', row);

export const changeActivity = (sql: Sql, id: string, changes: Partial<Activity>) =>
  changeRecord<Activity>(sql, 'activity', id, changes);
