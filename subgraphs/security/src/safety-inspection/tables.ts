// Safety inspections of premises, and the hazards they found.
import { divisionCode, homeChecks, id, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { incident } from '../incident/tables.ts';

export const inspectionKinds = ['FIRE', 'ELECTRICAL', 'GAS', 'CROWD', 'CONSTRUCTION', 'EQUIPMENT'] as const;
export const inspectionStatuses = ['SCHEDULED', 'PASSED', 'HAZARDS_FOUND', 'RECTIFIED', 'CANCELLED'] as const;

const second = (name: string) => timestamp(name, { withTimezone: true, mode: 'string', precision: 0 });

export const safetyInspection = pgTable(
  'safety_inspection',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    kind: text('kind', { enum: inspectionKinds }).notNull(),
    status: text('status', { enum: inspectionStatuses }).notNull().default('SCHEDULED'),
    /** The inspected premises, by the organisation's name. */
    site: text('site').notNull(),
    team: text('team').notNull(),
    /** The key of a ServiceCentre of places, when one is inspected. */
    serviceCentreId: uuid('service_centre_id'),
    incidentId: uuid('incident_id').references(() => incident.id),
    scheduledOn: date('scheduled_on', { mode: 'string' }).notNull(),
    inspectedAt: second('inspected_at'),
    hazards: integer('hazards').notNull().default(0),
    rectifyBy: date('rectify_by', { mode: 'string' }),
    rectifiedAt: second('rectified_at'),
    cancelledAt: second('cancelled_at'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('safety_inspection', table),
    oneOf('safety_inspection_kind', table.kind, inspectionKinds),
    oneOf('safety_inspection_status', table.status, inspectionStatuses),
    check(
      'safety_inspection_status_columns',
      sql`case ${table.status}
        when 'SCHEDULED' then num_nonnulls(${table.inspectedAt}, ${table.rectifyBy}, ${table.rectifiedAt}, ${table.cancelledAt}) = 0 and ${table.hazards} = 0
        when 'PASSED' then ${table.inspectedAt} is not null
          and num_nonnulls(${table.rectifyBy}, ${table.rectifiedAt}, ${table.cancelledAt}) = 0 and ${table.hazards} = 0
        when 'HAZARDS_FOUND' then num_nulls(${table.inspectedAt}, ${table.rectifyBy}) = 0
          and num_nonnulls(${table.rectifiedAt}, ${table.cancelledAt}) = 0 and ${table.hazards} > 0
        when 'RECTIFIED' then num_nulls(${table.inspectedAt}, ${table.rectifyBy}, ${table.rectifiedAt}) = 0
          and ${table.cancelledAt} is null and ${table.hazards} > 0
        else ${table.cancelledAt} is not null and num_nonnulls(${table.inspectedAt}, ${table.rectifyBy}, ${table.rectifiedAt}) = 0
          and ${table.hazards} = 0 end`,
    ),
    check('safety_inspection_instants_in_order', sql`${table.rectifiedAt} >= ${table.inspectedAt}`),
    index('safety_inspection_incident').on(table.incidentId).where(sql`incident_id is not null`),
  ],
);

export type SafetyInspection = typeof safetyInspection.$inferSelect;
