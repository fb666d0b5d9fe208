// Exhibitions.
import { divisionCode, homeChecks, id } from '@district-graph/kit/columns';
import { sql } from 'drizzle-orm';
import { check, date, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { venue } from '../venue/tables.ts';

export const exhibition = pgTable(
  'exhibition',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    venueId: uuid('venue_id')
      .notNull()
      .references(() => venue.id),
    title: text('title').notNull(),
    opensOn: date('opens_on', { mode: 'string' }).notNull(),
    closesOn: date('closes_on', { mode: 'string' }).notNull(),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('exhibition', table),
    check('exhibition_days', sql`${table.closesOn} >= ${table.opensOn}`),
    uniqueIndex('exhibition_division').on(table.divisionCode, table.opensOn, table.id),
  ],
);

export type Exhibition = typeof exhibition.$inferSelect;
