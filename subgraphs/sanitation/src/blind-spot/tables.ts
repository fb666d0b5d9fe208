// Sanitation blind spots (卫生死角): reported, then cleared.
import {
  divisionCode,
  homeChecks,
  id,
  instant,
  location,
  locationCheck,
  oneOf,
} from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const blindSpotKinds = [
  'GARBAGE_HEAP',
  'CONSTRUCTION_WASTE',
  'STAGNANT_WATER',
  'ILLEGAL_POSTERS',
  'WEEDS',
] as const;
export const blindSpotStatuses = ['REPORTED', 'CLEARED'] as const;

export const blindSpot = pgTable(
  'blind_spot',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    place: text('place').notNull(),
    kind: text('kind', { enum: blindSpotKinds }).notNull(),
    status: text('status', { enum: blindSpotStatuses }).notNull(),
    reportedAt: instant('reported_at').notNull(),
    clearedAt: instant('cleared_at'),
    ...location(),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('blind_spot', table),
    oneOf('blind_spot_kind', table.kind, blindSpotKinds),
    oneOf('blind_spot_status', table.status, blindSpotStatuses),
    check('blind_spot_place', sql`length(btrim(${table.place})) between 1 and 200`),
    check(
      'blind_spot_cleared',
      sql`(${table.clearedAt} is not null) = (${table.status} = 'CLEARED') and ${table.clearedAt} >= ${table.reportedAt}`,
    ),
    locationCheck('blind_spot', table),
    uniqueIndex('blind_spot_division').on(table.status, table.divisionCode, table.id),
  ],
);

export type BlindSpot = typeof blindSpot.$inferSelect;
