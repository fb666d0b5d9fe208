// Party-and-mass and community service centres.
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

export const serviceCentreKinds = ['PARTY_AND_MASS', 'COMMUNITY_SERVICE'] as const;
export const serviceCentreGrades = ['CITY_LEVEL', 'STANDARD'] as const;

export const serviceCentreStatuses = ['OPEN', 'CLOSED'] as const;

export const serviceCentre = pgTable(
  'service_centre',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    name: text('name').notNull(),
    kind: text('kind', { enum: serviceCentreKinds }).notNull(),
    grade: text('grade', { enum: serviceCentreGrades }).notNull(),
    address: text('address').notNull(),
    phone: text('phone').notNull(),
    floorArea: integer('floor_area').notNull(),
    floors: integer('floors').notNull(),
    openedOn: date('opened_on', { mode: 'string' }).notNull(),
    serviceRadiusMetres: integer('service_radius_metres').notNull(),
    windows: integer('windows').notNull(),
    offices: integer('offices').notNull(),
    linkedStations: integer('linked_stations').notNull(),
    residentsServedMin: integer('residents_served_min').notNull(),
    residentsServedMax: integer('residents_served_max').notNull(),
    ...location(),
    status: text('status', { enum: serviceCentreStatuses }).notNull().default('OPEN'),
    closedOn: date('closed_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('service_centre', table),
    registrationKeyOnce('service_centre', table),
    oneOf('service_centre_kind', table.kind, serviceCentreKinds),
    oneOf('service_centre_grade', table.grade, serviceCentreGrades),
    locationCheck('service_centre', table),
    oneOf('service_centre_status', table.status, serviceCentreStatuses),
    check('service_centre_closed', sql`(${table.status} = 'CLOSED') = (${table.closedOn} is not null)`),
    check(
      'service_centre_figures',
      sql`${table.floorArea} > 0 and ${table.floors} > 0 and ${table.serviceRadiusMetres} > 0
      and ${table.windows} >= 0 and ${table.offices} >= 0 and ${table.linkedStations} >= 0`,
    ),
    check(
      'service_centre_residents',
      sql`0 <= ${table.residentsServedMin} and ${table.residentsServedMin} <= ${table.residentsServedMax}`,
    ),
    uniqueIndex('service_centre_division').on(table.divisionCode, table.id),
    uniqueIndex('service_centre_grade_division').on(table.grade, table.divisionCode, table.id),
  ],
);

export type ServiceCentre = typeof serviceCentre.$inferSelect;
