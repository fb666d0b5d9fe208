// Sessions of councils.
import { divisionCode, homeChecks, id } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, uuid } from 'drizzle-orm/pg-core';
import { council } from '../council/tables.ts';

export const councilSession = pgTable(
  'council_session',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    councilId: uuid('council_id')
      .notNull()
      .references(() => council.id),
    heldOn: date('held_on', { mode: 'string' }).notNull(),
    attendance: integer('attendance').notNull(),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('council_session', table),
    check('council_session_attendance', sql`${table.attendance} between 1 and 10000`),
    index('council_session_council').on(table.councilId, table.heldOn, table.id),
  ],
);

export type CouncilSession = typeof councilSession.$inferSelect;
