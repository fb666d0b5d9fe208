// Sources of air pollution.
import {
  divisionCode,
  homeChecks,
  id,
  location,
  locationCheck,
  oneOf,
  registrationKey,
  registrationKeyOnce,
} from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const pollutionCategories = [
  'AUTO_REPAIR',
  'PRINTING',
  'CONCRETE_MIXING',
  'PETROL_STATION',
  'CONSTRUCTION_SITE',
] as const;

export const pollutionSource = pgTable(
  'pollution_source',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    name: text('name').notNull(),
    category: text('category', { enum: pollutionCategories }).notNull(),
    address: text('address').notNull(),
    controlMeasure: text('control_measure').notNull(),
    ...location(),
    // The day from which it is no longer a source.
    closedOn: date('closed_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('pollution_source', table),
    registrationKeyOnce('pollution_source', table),
    oneOf('pollution_source_category', table.category, pollutionCategories),
    check(
      'pollution_source_texts',
      sql`length(btrim(${table.name})) between 1 and 200 and length(btrim(${table.address})) between 1 and 200
      and length(btrim(${table.controlMeasure})) between 1 and 500`,
    ),
    locationCheck('pollution_source', table),
    uniqueIndex('pollution_source_division').on(table.divisionCode, table.id),
    uniqueIndex('pollution_source_category_division').on(table.category, table.divisionCode, table.id),
  ],
);

export type PollutionSource = typeof pollutionSource.$inferSelect;
