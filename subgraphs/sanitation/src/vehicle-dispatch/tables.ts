// Dispatches of vehicles; a vehicle has at most one open dispatch.
import { divisionCode, homeChecks, id, instant, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { sanitationVehicle } from '../sanitation-vehicle/tables.ts';

export const dispatchPurposes = ['CLEANING', 'CAMPAIGN', 'EMERGENCY_SUPPORT'] as const;

export const vehicleDispatch = pgTable(
  'vehicle_dispatch',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    vehicleId: uuid('vehicle_id')
      .notNull()
      .references(() => sanitationVehicle.id),
    purpose: text('purpose', { enum: dispatchPurposes }).notNull(),
    departedAt: instant('departed_at').notNull(),
    returnedAt: instant('returned_at'),
    // The key of an Incident of the security subgraph.
    incidentId: uuid('incident_id'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('vehicle_dispatch', table),
    oneOf('vehicle_dispatch_purpose', table.purpose, dispatchPurposes),
    check(
      'vehicle_dispatch_incident',
      sql`(${table.incidentId} is not null) = (${table.purpose} = 'EMERGENCY_SUPPORT')`,
    ),
    check('vehicle_dispatch_returned', sql`${table.returnedAt} >= ${table.departedAt}`),
    uniqueIndex('vehicle_dispatch_one_open').on(table.vehicleId).where(sql`returned_at is null`),
    index('vehicle_dispatch_incident_id').on(table.incidentId, table.departedAt),
    index('vehicle_dispatch_city').on(table.departedAt, table.id),
    index('vehicle_dispatch_district').on(sql`left(division_code, 6)`, table.departedAt, table.id),
    index('vehicle_dispatch_subdistrict').on(sql`left(division_code, 9)`, table.departedAt, table.id),
    index('vehicle_dispatch_community').on(table.divisionCode, table.departedAt, table.id),
  ],
);

export type VehicleDispatch = typeof vehicleDispatch.$inferSelect;
