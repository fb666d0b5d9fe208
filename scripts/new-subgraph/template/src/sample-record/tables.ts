// Sample records.
import {
  divisionCode,
  encryptedColumn,
  encryptedColumnCheck,
  homeChecks,
  id,
  oneOf,
  registrationKey,
  registrationKeyOnce,
} from '@district-graph/kit/database/columns';
import { encryptedTable } from '@district-graph/kit/encryption/encrypted-columns';
import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const sampleRecordKinds = ['GENERAL', 'OTHER'] as const;

export const sampleRecordStatuses = ['ACTIVE', 'CLOSED'] as const;

export const sampleRecord = pgTable(
  'sample_record',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    name: text('name').notNull(),
    kind: text('kind', { enum: sampleRecordKinds }).notNull(),
    contactPhone: encryptedColumn('contact_phone'),
    /** The subject of the token that registered it, who finds it among their own. */
    ownedBy: text('owned_by'),
    registeredOn: date('registered_on', { mode: 'string' }).notNull(),
    status: text('status', { enum: sampleRecordStatuses }).notNull().default('ACTIVE'),
    closedOn: date('closed_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('sample_record', table),
    registrationKeyOnce('sample_record', table),
    encryptedColumnCheck('sample_record', [table.contactPhone]),
    oneOf('sample_record_kind', table.kind, sampleRecordKinds),
    oneOf('sample_record_status', table.status, sampleRecordStatuses),
    check(
      'sample_record_closed',
      sql`(${table.status} = 'CLOSED') = (${table.closedOn} is not null) and ${table.closedOn} >= ${table.registeredOn}`,
    ),
    index('sample_record_contact_due')
      .on(table.closedOn)
      .where(sql`status = 'CLOSED' and (contact_phone is not null or owned_by is not null)`),
    uniqueIndex('sample_record_division').on(table.divisionCode, table.id),
    uniqueIndex('sample_record_kind_division').on(table.kind, table.divisionCode, table.id),
    uniqueIndex('sample_record_owner').on(table.ownedBy, table.id),
  ],
);

export type SampleRecord = typeof sampleRecord.$inferSelect;

export const encryptedSampleRecord = encryptedTable<SampleRecord>({
  table: 'sample_record',
  columns: { contactPhone: 'text' },
});
