// The SQL of elderly people and their emergency contacts.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import { changeRecord, lockRecord } from '@district-graph/kit/records';
import type { Elder, EmergencyContact } from './tables.ts';

const inside: ListQuery = {
  table: 'elder',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const lockElder = (sql: Sql, id: string) => lockRecord<Elder>(sql, 'elder', id);

export const changeElder = (sql: Sql, id: string, changes: Partial<Elder>) =>
  changeRecord<Elder>(sql, 'elder', id, changes);

export const findElders = (sql: Sql, ids: readonly string[]) =>
  sql<Elder[]>`select * from elder where id = any(${ids as string[]}::uuid[])`;

export const listElders = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<Elder>(sql, inside, codes, page, sql`and r.status = 'REGISTERED'`);

export const findEmergencyContacts = (sql: Sql, elderIds: readonly string[]) =>
  sql<EmergencyContact[]>`
    select * from emergency_contact where elder_id = any(${elderIds as string[]}::uuid[]) order by elder_id, position`;
