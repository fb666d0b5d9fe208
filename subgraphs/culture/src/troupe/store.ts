// The SQL of troupes.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import { changeRecord, insertRecord, lockRecord } from '@district-graph/kit/records';
import type { Troupe } from './tables.ts';

const inside: ListQuery = {
  table: 'troupe',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export interface TroupeFilter {
  kind?: Troupe['kind'] | null;
}

export const findTroupes = (sql: Sql, ids: readonly string[]) =>
  sql<Troupe[]>`select * from troupe where id = any(${ids as string[]}::uuid[])`;

/** What is disbanded is found by its key, and listed and counted no more. */
export const listTroupes = (sql: Sql, codes: readonly string[], { kind }: TroupeFilter, page: Page) =>
  pagesInside<Troupe>(
    sql,
    inside,
    codes,
    page,
    sql`and r.status = 'ACTIVE' ${kind ? sql`and r.kind = ${kind}` : sql``}`,
  );

export const lockTroupe = (sql: Sql, id: string) => lockRecord<Troupe>(sql, 'troupe', id);

export const insertTroupe = (sql: Sql, row: Partial<Troupe>) => insertRecord<Troupe>(sql, 'troupe', row);

export const changeTroupe = (sql: Sql, id: string, changes: Partial<Troupe>) =>
  changeRecord<Troupe>(sql, 'troupe', id, changes);
