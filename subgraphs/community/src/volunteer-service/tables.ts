// Volunteer services, and the elders for whom they were done.
import { divisionCode, homeChecks, id, instant, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { volunteerTeam } from '../volunteer-team/tables.ts';

export const volunteerServiceKinds = [
  'ELDER_VISIT',
  'ENVIRONMENT',
  'TRAFFIC_GUIDANCE',
  'FREE_CLINIC',
  'TUTORING',
  'PUBLICITY',
  'SAFETY_PATROL',
] as const;

export const volunteerServiceStatuses = ['PLANNED', 'HELD', 'CANCELLED'] as const;

/** `placesTaken` is maintained by a trigger on volunteer_participation. */
export const volunteerService = pgTable(
  'volunteer_service',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    volunteerTeamId: uuid('volunteer_team_id').references(() => volunteerTeam.id),
    title: text('title').notNull(),
    kind: text('kind', { enum: volunteerServiceKinds }).notNull(),
    place: text('place').notNull(),
    startsAt: instant('starts_at').notNull(),
    endsAt: instant('ends_at').notNull(),
    status: text('status', { enum: volunteerServiceStatuses }).notNull().default('PLANNED'),
    places: integer('places').notNull(),
    placesTaken: integer('places_taken').notNull().default(0),
    leaflets: integer('leaflets').notNull().default(0),
    cancelReason: text('cancel_reason'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('volunteer_service', table),
    oneOf('volunteer_service_kind', table.kind, volunteerServiceKinds),
    oneOf('volunteer_service_status', table.status, volunteerServiceStatuses),
    // Participations refer to the times as well, so that two of a volunteer never overlap.
    unique('volunteer_service_as_timed').on(table.id, table.startsAt, table.endsAt),
    check(
      'volunteer_service_times',
      sql`${table.endsAt} > ${table.startsAt} and ${table.endsAt} <= ${table.startsAt} + interval '24 hours'`,
    ),
    check(
      'volunteer_service_places',
      sql`${table.places} between 1 and 1000 and ${table.placesTaken} between 0 and ${table.places}`,
    ),
    check(
      'volunteer_service_leaflets',
      sql`${table.leaflets} >= 0 and (${table.leaflets} = 0 or ${table.status} = 'HELD')`,
    ),
    check(
      'volunteer_service_cancel_reason',
      sql`(${table.cancelReason} is not null) = (${table.status} = 'CANCELLED')`,
    ),
    index('volunteer_service_team').on(table.volunteerTeamId, table.startsAt, table.id),
    index('volunteer_service_city').on(table.startsAt, table.id),
    index('volunteer_service_district').on(sql`left(division_code, 6)`, table.startsAt, table.id),
    index('volunteer_service_subdistrict').on(sql`left(division_code, 9)`, table.startsAt, table.id),
    index('volunteer_service_community').on(table.divisionCode, table.startsAt, table.id),
    index('volunteer_service_kind_time').on(table.kind, table.startsAt, table.id),
  ],
);

export const volunteerServiceElder = pgTable(
  'volunteer_service_elder',
  {
    volunteerServiceId: uuid('volunteer_service_id')
      .notNull()
      .references(() => volunteerService.id),
    // The key of an Elder of elderly-care.
    elderId: uuid('elder_id').notNull(),
    divisionCode: divisionCode('division_code').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.volunteerServiceId, table.elderId] }),
    index('volunteer_service_elder_elder').on(table.elderId),
  ],
);

export type VolunteerService = typeof volunteerService.$inferSelect;
