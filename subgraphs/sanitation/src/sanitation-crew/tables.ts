// Sanitation crews.
import {
  divisionCode,
  homeChecks,
  id,
  registrationKey,
  registrationKeyOnce,
} from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const sanitationCrew = pgTable(
  'sanitation_crew',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    name: text('name').notNull(),
    phone: text('phone').notNull(),
    leaderName: text('leader_name').notNull(),
    workersOnDuty: integer('workers_on_duty').notNull(),
    disbandedOn: date('disbanded_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('sanitation_crew', table),
    registrationKeyOnce('sanitation_crew', table),
    check(
      'sanitation_crew_texts',
      sql`length(btrim(${table.name})) between 1 and 200 and length(btrim(${table.phone})) between 1 and 50
      and length(btrim(${table.leaderName})) between 1 and 100`,
    ),
    check('sanitation_crew_workers', sql`${table.workersOnDuty} >= 0`),
    uniqueIndex('sanitation_crew_division').on(table.divisionCode, table.id),
  ],
);

export type SanitationCrew = typeof sanitationCrew.$inferSelect;
