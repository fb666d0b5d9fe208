// Outreach services: free clinics, wheelchairs, home adaptations.
import { divisionCode, homeChecks, id, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const outreachKinds = ['FREE_CLINIC', 'WHEELCHAIR_DELIVERY', 'HOME_REPAIR'] as const;

export const outreachEvent = pgTable(
  'outreach_event',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    kind: text('kind', { enum: outreachKinds }).notNull(),
    title: text('title').notNull(),
    heldOn: date('held_on', { mode: 'string' }).notNull(),
    beneficiaries: integer('beneficiaries').notNull(),
  },
  (table) => [
    ...homeChecks('outreach_event', table),
    oneOf('outreach_event_kind', table.kind, outreachKinds),
    check('outreach_event_beneficiaries', sql`${table.beneficiaries} >= 0`),
    uniqueIndex('outreach_event_division').on(table.divisionCode, table.heldOn, table.id),
  ],
);

export type OutreachEvent = typeof outreachEvent.$inferSelect;
