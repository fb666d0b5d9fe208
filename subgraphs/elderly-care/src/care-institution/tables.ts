// Care institutions and their safety inspections.
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
import { boolean, check, date, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

export const careInstitutionKinds = [
  'DAY_CARE_CENTRE',
  'RURAL_HOME',
  'PRIVATE_HOME',
  'MEDICAL_CARE_CENTRE',
] as const;

export const careInstitutionStatuses = ['OPEN', 'CLOSED'] as const;

/** `residentsCount` is maintained by a trigger on elder and never exceeds the beds. */
export const careInstitution = pgTable(
  'care_institution',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    serviceCentreId: uuid('service_centre_id'),
    name: text('name').notNull(),
    kind: text('kind', { enum: careInstitutionKinds }).notNull(),
    beds: integer('beds').notNull(),
    residentsCount: integer('residents_count').notNull().default(0),
    phone: text('phone').notNull(),
    openedOn: date('opened_on', { mode: 'string' }).notNull(),
    ...location(),
    status: text('status', { enum: careInstitutionStatuses }).notNull().default('OPEN'),
    closedOn: date('closed_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('care_institution', table),
    registrationKeyOnce('care_institution', table),
    oneOf('care_institution_kind', table.kind, careInstitutionKinds),
    check(
      'care_institution_residents',
      sql`0 <= ${table.residentsCount} and ${table.residentsCount} <= ${table.beds}`,
    ),
    locationCheck('care_institution', table),
    oneOf('care_institution_status', table.status, careInstitutionStatuses),
    check(
      'care_institution_closed',
      sql`(${table.status} = 'CLOSED') = (${table.closedOn} is not null) and (${table.status} <> 'CLOSED' or ${table.residentsCount} = 0)`,
    ),
    uniqueIndex('care_institution_service_centre')
      .on(table.serviceCentreId)
      .where(sql`${table.status} = 'OPEN'`),
    uniqueIndex('care_institution_division').on(table.divisionCode, table.id),
    uniqueIndex('care_institution_kind_division').on(table.kind, table.divisionCode, table.id),
    index('care_institution_beds_city').on(table.beds, table.id),
    index('care_institution_beds_district').on(sql`left(division_code, 6)`, table.beds, table.id),
    index('care_institution_beds_subdistrict').on(sql`left(division_code, 9)`, table.beds, table.id),
    index('care_institution_beds_community').on(table.divisionCode, table.beds, table.id),
  ],
);

export const institutionInspection = pgTable(
  'institution_inspection',
  {
    id: id(),
    careInstitutionId: uuid('care_institution_id')
      .notNull()
      .references(() => careInstitution.id),
    inspectedOn: date('inspected_on', { mode: 'string' }).notNull(),
    passed: boolean('passed').notNull(),
    finding: text('finding').notNull(),
  },
  (table) => [
    uniqueIndex('institution_inspection_institution').on(
      table.careInstitutionId,
      table.inspectedOn,
      table.id,
    ),
  ],
);

export type CareInstitution = typeof careInstitution.$inferSelect;
export type InstitutionInspection = typeof institutionInspection.$inferSelect;
