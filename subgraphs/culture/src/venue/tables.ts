// Venues: the function rooms of service centres.
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
import { check, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

export const venueKinds = [
  'HALL',
  'CLASSROOM',
  'READING_ROOM',
  'DANCE_ROOM',
  'CALLIGRAPHY_ROOM',
  'GAMES_ROOM',
  'CHILDREN_ROOM',
] as const;

export const venueStatuses = ['OPEN', 'CLOSED'] as const;

export const venue = pgTable(
  'venue',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    // The key of a ServiceCentre of the places subgraph.
    serviceCentreId: uuid('service_centre_id').notNull(),
    name: text('name').notNull(),
    kind: text('kind', { enum: venueKinds }).notNull(),
    capacity: integer('capacity').notNull(),
    ...location(),
    status: text('status', { enum: venueStatuses }).notNull().default('OPEN'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('venue', table),
    registrationKeyOnce('venue', table),
    oneOf('venue_status', table.status, venueStatuses),
    oneOf('venue_kind', table.kind, venueKinds),
    check('venue_capacity', sql`${table.capacity} > 0`),
    locationCheck('venue', table),
    uniqueIndex('venue_centre').on(table.serviceCentreId, table.id),
    uniqueIndex('venue_division').on(table.divisionCode, table.id),
    index('venue_capacity_city').on(table.capacity, table.id),
    index('venue_capacity_district').on(sql`left(division_code, 6)`, table.capacity, table.id),
    index('venue_capacity_subdistrict').on(sql`left(division_code, 9)`, table.capacity, table.id),
    index('venue_capacity_community').on(table.divisionCode, table.capacity, table.id),
  ],
);

export type Venue = typeof venue.$inferSelect;
