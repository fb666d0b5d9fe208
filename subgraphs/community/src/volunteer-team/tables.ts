// Teams of volunteers.
import {
  divisionCode,
  homeChecks,
  id,
  oneOf,
  registrationKey,
  registrationKeyOnce,
} from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

export const volunteerTeamKinds = [
  'PARTY_MEMBER',
  'SILVER_AGE',
  'YOUTH',
  'STUDENT',
  'WOMEN',
  'PROFESSIONAL',
  'RESIDENT',
] as const;

export const volunteerTeamStatuses = ['ACTIVE', 'DISBANDED'] as const;

export const volunteerTeam = pgTable(
  'volunteer_team',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    // The key of a ServiceCentre of places, or null.
    serviceCentreId: uuid('service_centre_id'),
    name: text('name').notNull(),
    kind: text('kind', { enum: volunteerTeamKinds }).notNull(),
    status: text('status', { enum: volunteerTeamStatuses }).notNull().default('ACTIVE'),
    foundedOn: date('founded_on', { mode: 'string' }).notNull(),
    disbandedOn: date('disbanded_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('volunteer_team', table),
    registrationKeyOnce('volunteer_team', table),
    oneOf('volunteer_team_kind', table.kind, volunteerTeamKinds),
    oneOf('volunteer_team_status', table.status, volunteerTeamStatuses),
    check('volunteer_team_name', sql`length(btrim(${table.name})) between 1 and 100`),
    check(
      'volunteer_team_disbanded',
      sql`(${table.status} = 'DISBANDED') = (${table.disbandedOn} is not null) and ${table.disbandedOn} >= ${table.foundedOn}`,
    ),
    index('volunteer_team_centre').on(table.serviceCentreId, table.id).where(sql`status = 'ACTIVE'`),
    uniqueIndex('volunteer_team_division').on(table.divisionCode, table.id),
    uniqueIndex('volunteer_team_kind_division').on(table.kind, table.divisionCode, table.id),
  ],
);

export type VolunteerTeam = typeof volunteerTeam.$inferSelect;
