// Sanitation crews.
import { divisionCode, homeChecks, id } from '@district-graph/kit/columns';
import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const sanitationCrew = pgTable(
  'sanitation_crew',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    name: text('name').notNull(),
    phone: text('phone').notNull(),
    leaderName: text('leader_name').notNull(),
    workersOnDuty: integer('workers_on_duty').notNull(),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('sanitation_crew', table),
    check('sanitation_crew_workers', sql`${table.workersOnDuty} >= 0`),
    uniqueIndex('sanitation_crew_division').on(table.divisionCode, table.id),
  ],
);

export type SanitationCrew = typeof sanitationCrew.$inferSelect;
