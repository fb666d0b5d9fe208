// Elderly people, the households that receive care at home, and emergency contacts.
import {
  divisionCode,
  encryptedColumn,
  encryptedColumnCheck,
  homeChecks,
  id,
  oneOf,
} from '@district-graph/kit/database/columns';
import { encryptedTable } from '@district-graph/kit/encryption/encrypted-columns';
import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, smallint, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { careInstitution } from '../care-institution/tables.ts';
import { careWorker } from '../care-worker/tables.ts';

export const livingArrangements = ['ALONE', 'WITH_SPOUSE', 'WITH_CHILDREN', 'INSTITUTION'] as const;
export const careModes = ['HOME', 'COMMUNITY', 'INSTITUTION'] as const;
export const elderStatuses = ['REGISTERED', 'CLOSED'] as const;
export const elderCloseReasons = ['MOVED_AWAY', 'DIED'] as const;
export const contactRelationships = ['SPOUSE', 'CHILD', 'SIBLING', 'RELATIVE', 'NEIGHBOUR'] as const;

/** `recipients` is maintained by a trigger on elder: the members of the household who receive care at home. */
export const household = pgTable(
  'household',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    recipients: integer('recipients').notNull().default(0),
  },
  (table) => [
    ...homeChecks('household', table),
    check('household_recipients', sql`${table.recipients} >= 0`),
  ],
);

export const elder = pgTable(
  'elder',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    // Lists use this order: an order by community would reveal who lives in which.
    subdistrictCode: divisionCode('subdistrict_code')
      .generatedAlwaysAs(sql`left(division_code, 9)`)
      .notNull(),
    householdId: uuid('household_id').references(() => household.id),
    careInstitutionId: uuid('care_institution_id').references(() => careInstitution.id),
    careWorkerId: uuid('care_worker_id').references(() => careWorker.id),
    name: text('name').notNull(),
    birthDate: date('birth_date', { mode: 'string' }).notNull(),
    // Found through the blind index beside it; null where no number was provided.
    idNumber: encryptedColumn('id_number'),
    idNumberIndex: text('id_number_index'),
    phone: encryptedColumn('phone'),
    address: encryptedColumn('address').notNull(),
    abilityLevel: encryptedColumn<number>('ability_level'),
    livingArrangement: encryptedColumn<(typeof livingArrangements)[number]>('living_arrangement').notNull(),
    careMode: text('care_mode', { enum: careModes }),
    status: text('status', { enum: elderStatuses }).notNull().default('REGISTERED'),
    closedOn: date('closed_on', { mode: 'string' }),
    closeReason: text('close_reason', { enum: elderCloseReasons }),
    // When telephone, address and contacts were deleted.
    contactErasedOn: date('contact_erased_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('elder', table),
    check('elder_community', sql`length(${table.divisionCode}) = 12`),
    encryptedColumnCheck('elder', [
      table.idNumber,
      table.phone,
      table.address,
      table.abilityLevel,
      table.livingArrangement,
    ]),
    oneOf('elder_care_mode', table.careMode, careModes),
    check(
      'elder_institution',
      sql`(${table.careMode} is not distinct from 'INSTITUTION') = (${table.careInstitutionId} is not null)`,
    ),
    check(
      'elder_household',
      sql`${table.careMode} is distinct from 'HOME' or ${table.householdId} is not null`,
    ),
    oneOf('elder_status', table.status, elderStatuses),
    oneOf('elder_close_reason', table.closeReason, elderCloseReasons),
    // A closed record receives no care.
    check(
      'elder_closed',
      sql`(${table.status} = 'CLOSED') = (${table.closedOn} is not null)
      and (${table.status} = 'CLOSED') = (${table.closeReason} is not null)
      and (${table.status} <> 'CLOSED' or (${table.careMode} is null and ${table.householdId} is null and ${table.careWorkerId} is null))`,
    ),
    // A person is registered once; one who has moved away may return, also to another district.
    uniqueIndex('elder_id_number_index')
      .on(table.idNumberIndex)
      .where(sql`${table.closeReason} is distinct from 'MOVED_AWAY'`),
    uniqueIndex('elder_division').on(table.divisionCode, table.id),
    uniqueIndex('elder_subdistrict').on(table.subdistrictCode, table.id),
    index('elder_contact_due').on(table.closedOn).where(sql`status = 'CLOSED' and contact_erased_on is null`),
    index('elder_household_id').on(table.householdId),
    index('elder_institution_id').on(table.careInstitutionId),
    index('elder_worker_id').on(table.careWorkerId),
  ],
);

export const emergencyContact = pgTable(
  'emergency_contact',
  {
    elderId: uuid('elder_id')
      .notNull()
      .references(() => elder.id),
    position: smallint('position').notNull(),
    name: text('name').notNull(),
    relationship: text('relationship', { enum: contactRelationships }).notNull(),
    phone: encryptedColumn('phone').notNull(),
  },
  (table) => [
    encryptedColumnCheck('emergency_contact', [table.phone]),
    uniqueIndex('emergency_contact_position').on(table.elderId, table.position),
    oneOf('emergency_contact_relationship', table.relationship, contactRelationships),
  ],
);

export type Elder = typeof elder.$inferSelect;
export type EmergencyContact = typeof emergencyContact.$inferSelect;
export type Household = typeof household.$inferSelect;

export const encryptedElder = encryptedTable<Elder>({
  table: 'elder',
  columns: {
    idNumber: 'text',
    phone: 'text',
    address: 'text',
    abilityLevel: 'number',
    livingArrangement: 'text',
  },
  index: { column: 'idNumberIndex', of: 'idNumber' },
});

export const encryptedEmergencyContact = encryptedTable<EmergencyContact>({
  table: 'emergency_contact',
  key: { elderId: 'uuid', position: 'smallint' },
  columns: { phone: 'text' },
});
