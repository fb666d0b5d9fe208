// The SQL of elderly people and their emergency contacts.

import { columnsOf, type Sql } from '@district-graph/kit/database/database';
import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { MutationContext } from '@district-graph/kit/mutations/mutation';
import { findRecord, insertRecord } from '@district-graph/kit/mutations/rows';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInsideBySubdistrict } from '@district-graph/kit/pagination/pages';
import {
  type Elder,
  type EmergencyContact,
  encryptedElder,
  encryptedEmergencyContact,
  type Household,
} from './tables.ts';
import { elderTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'elder',
  order: [
    ['subdistrict_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const elders = entityMutations<Elder>('Elder', {
  table: 'elder',
  encrypted: encryptedElder,
  masked: ['name', 'divisionCode'],
  transitions: elderTransitions,
});

export const findElders = (sql: Sql, ids: readonly string[]) =>
  sql<Elder[]>`select * from elder where id = any(${ids as string[]}::uuid[])`;

export const listElders = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInsideBySubdistrict<Elder>(sql, {
    list: inside,
    codes,
    page,
    where: sql`and r.status = 'REGISTERED'`,
  });

export const findEmergencyContacts = (sql: Sql, elderIds: readonly string[]) =>
  sql<(EmergencyContact & { divisionCode: string })[]>`
    select c.*, e.division_code from emergency_contact c join elder e on e.id = c.elder_id
    where c.elder_id = any(${elderIds as string[]}::uuid[]) order by c.elder_id, c.position`;

export const findElder = (sql: Sql, id: string) => findRecord<Elder>(sql, 'elder', id);

export const insertHousehold = (sql: Sql, row: Partial<Household>) =>
  insertRecord<Household>(sql, 'household', row);

/** Locks the identity number: no other transaction looks it up or registers it until this one ends. */
export async function lockIdNumber({ sql, keyring }: MutationContext, idNumber: string): Promise<void> {
  const indexes = encryptedElder.indexesOf(keyring, idNumber).toSorted();
  await sql`
    select pg_advisory_xact_lock(hashtextextended(i.of, 0)) from unnest(${indexes}::text[]) with ordinality i(of, nth)
    order by i.nth`;
}

/** The person who is registered under the number, or was when they died; not one who has moved away. */
export async function findElderByIdNumber(
  { sql, keyring }: MutationContext,
  idNumber: string,
): Promise<Elder | null> {
  const [row] = await sql<Elder[]>`
    select * from elder where id_number_index = any(${encryptedElder.indexesOf(keyring, idNumber)}::text[])
      and close_reason is distinct from 'MOVED_AWAY'`;
  return row ?? null;
}

export async function replaceEmergencyContacts(
  { sql, keyring }: MutationContext,
  elderId: string,
  contacts: readonly Omit<Plain<EmergencyContact>, 'elderId' | 'position'>[],
): Promise<void> {
  await sql`delete from emergency_contact where elder_id = ${elderId}`;
  const rows = contacts.map((contact, index) =>
    columnsOf(encryptedEmergencyContact.encrypt(keyring, { ...contact, elderId, position: index + 1 })),
  );
  if (rows.length) await sql`insert into emergency_contact ${sql(rows)}`;
}
