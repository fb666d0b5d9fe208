// Thanks that were received: thanks banners (锦旗) and letters of thanks (表扬信).
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
import { check, date, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { petitionMatter } from '../petition-matter/tables.ts';

export const commendationKinds = ['BANNER', 'LETTER'] as const;
export const commendationRecipients = ['BUREAU', 'COMMUNITY', 'TEAM', 'PERSON_ON_DUTY'] as const;

export const commendation = pgTable(
  'commendation',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    kind: text('kind', { enum: commendationKinds }).notNull(),
    recipientKind: text('recipient_kind', { enum: commendationRecipients }).notNull(),
    recipientName: encryptedColumn('recipient_name').notNull(),
    /** Null for thanks that are anonymous. */
    giverName: encryptedColumn('giver_name'),
    inscription: text('inscription').notNull(),
    receivedOn: date('received_on', { mode: 'string' }).notNull(),
    petitionMatterId: uuid('petition_matter_id').references(() => petitionMatter.id),
    // When the names of persons were deleted.
    personsErasedOn: date('persons_erased_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('commendation', table),
    encryptedColumnCheck('commendation', [table.recipientName, table.giverName]),
    oneOf('commendation_kind', table.kind, commendationKinds),
    oneOf('commendation_recipient_kind', table.recipientKind, commendationRecipients),
    check('commendation_inscription', sql`length(btrim(${table.inscription})) between 1 and 200`),
    index('commendation_city').on(table.receivedOn, table.id),
    index('commendation_district').on(sql`left(division_code, 6)`, table.receivedOn, table.id),
    index('commendation_subdistrict').on(sql`left(division_code, 9)`, table.receivedOn, table.id),
    index('commendation_community').on(table.divisionCode, table.receivedOn, table.id),
    index('commendation_kind').on(table.kind, table.receivedOn, table.id),
    index('commendation_recipient_kind').on(table.recipientKind, table.receivedOn, table.id),
    index('commendation_matter').on(table.petitionMatterId).where(sql`petition_matter_id is not null`),
    index('commendation_persons_due').on(table.receivedOn).where(sql`persons_erased_on is null`),
  ],
);

export type Commendation = typeof commendation.$inferSelect;

export const encryptedCommendation = encryptedTable<Commendation>({
  table: 'commendation',
  columns: { recipientName: 'text', giverName: 'text' },
});
