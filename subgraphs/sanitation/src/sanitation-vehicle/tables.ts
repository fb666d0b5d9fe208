// Sanitation vehicles. Their position is used for dispatching only, and never shown.
import {
  divisionCode,
  homeChecks,
  id,
  location,
  locationCheck,
  oneOf,
} from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { sanitationCrew } from '../sanitation-crew/tables.ts';

export const vehicleKinds = [
  'SPRINKLER',
  'SWEEPER',
  'VACUUM_TRUCK',
  'SCRUBBER',
  'GARBAGE_TRUCK',
  'SNOW_PLOUGH',
] as const;
export const vehicleStatuses = ['AVAILABLE', 'WORKING', 'DISPATCHED', 'MAINTENANCE', 'RETIRED'] as const;

export const sanitationVehicle = pgTable(
  'sanitation_vehicle',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    crewId: uuid('crew_id').references(() => sanitationCrew.id),
    plateNumber: text('plate_number').notNull().unique(),
    kind: text('kind', { enum: vehicleKinds }).notNull(),
    status: text('status', { enum: vehicleStatuses }).notNull(),
    onDuty: boolean('on_duty').notNull(),
    waterCapacityLitres: integer('water_capacity_litres'),
    ...location(),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('sanitation_vehicle', table),
    oneOf('sanitation_vehicle_kind', table.kind, vehicleKinds),
    oneOf('sanitation_vehicle_status', table.status, vehicleStatuses),
    check(
      'sanitation_vehicle_duty',
      sql`not ${table.onDuty} or ${table.status} not in ('MAINTENANCE', 'RETIRED')`,
    ),
    check('sanitation_vehicle_plate', sql`length(btrim(${table.plateNumber})) between 1 and 20`),
    check('sanitation_vehicle_water', sql`${table.waterCapacityLitres} > 0`),
    locationCheck('sanitation_vehicle', table),
    uniqueIndex('sanitation_vehicle_division').on(table.divisionCode, table.id),
    uniqueIndex('sanitation_vehicle_kind_division').on(table.kind, table.divisionCode, table.id),
    index('sanitation_vehicle_crew').on(table.crewId),
  ],
);

export type SanitationVehicle = typeof sanitationVehicle.$inferSelect;
