// Exhibitions.
import { divisionCode, homeChecks, id, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { venue } from '../venue/tables.ts';

export const exhibitionStatuses = ['ANNOUNCED', 'CLOSED', 'CANCELLED'] as const;

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
    status: text('status', { enum: exhibitionStatuses }).notNull().default('ANNOUNCED'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('exhibition', table),
    oneOf('exhibition_status', table.status, exhibitionStatuses),
    check('exhibition_days', sql`${table.closesOn} >= ${table.opensOn}`),
    index('exhibition_venue').on(table.venueId),
    uniqueIndex('exhibition_division').on(table.divisionCode, table.opensOn, table.id),
  ],
);

export type Exhibition = typeof exhibition.$inferSelect;
