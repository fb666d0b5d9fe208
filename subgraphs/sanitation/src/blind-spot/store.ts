// The SQL of blind spots.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import { changeRecord, insertRecord, lockRecord } from '@district-graph/kit/records';
import type { BlindSpot } from './tables.ts';

const inside: ListQuery = {
  table: 'blind_spot',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export interface BlindSpotFilter {
  status: BlindSpot['status'];
}

export const findBlindSpots = (sql: Sql, ids: readonly string[]) =>
  sql<BlindSpot[]>`select * from blind_spot where id = any(${ids as string[]}::uuid[])`;

export const listBlindSpots = (sql: Sql, codes: readonly string[], { status }: BlindSpotFilter, page: Page) =>
  pagesInside<BlindSpot>(sql, inside, codes, page, sql`and r.status = ${status}`);

export const lockBlindSpot = (sql: Sql, id: string) => lockRecord<BlindSpot>(sql, 'blind_spot', id);

export const insertBlindSpot = (sql: Sql, row: Partial<BlindSpot>) =>
  insertRecord<BlindSpot>(sql, 'blind_spot', row);

export const changeBlindSpot = (sql: Sql, id: string, changes: Partial<BlindSpot>) =>
  changeRecord<BlindSpot>(sql, 'blind_spot', id, changes);
