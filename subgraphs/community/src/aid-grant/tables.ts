// Aid that organisations give to persons in a division: how many, how much, when. It names no person.
import { divisionCode, homeChecks, id, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { bigint, check, date, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const aidKinds = ['PUPIL_AID', 'HARDSHIP_AID', 'MEDICAL_AID'] as const;

export const aidGrant = pgTable(
  'aid_grant',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    kind: text('kind', { enum: aidKinds }).notNull(),
    giver: text('giver').notNull(),
    beneficiaries: integer('beneficiaries').notNull(),
    amountFen: bigint('amount_fen', { mode: 'number' }).notNull(),
    givenOn: date('given_on', { mode: 'string' }).notNull(),
  },
  (table) => [
    ...homeChecks('aid_grant', table),
    oneOf('aid_grant_kind', table.kind, aidKinds),
    check('aid_grant_giver', sql`length(btrim(${table.giver})) between 1 and 200`),
    check('aid_grant_figures', sql`${table.beneficiaries} > 0 and ${table.amountFen} > 0`),
    uniqueIndex('aid_grant_division').on(table.divisionCode, table.givenOn, table.id),
  ],
);

export type AidGrant = typeof aidGrant.$inferSelect;
