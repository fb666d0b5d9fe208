// The participation of volunteers in services: sign-up, attendance and confirmed hours.
import { divisionCode, homeChecks, id, instant, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { volunteer } from '../volunteer/tables.ts';
import { volunteerService } from '../volunteer-service/tables.ts';

export const participationStatuses = ['SIGNED_UP', 'ATTENDED', 'ABSENT', 'CANCELLED'] as const;

/** An exclusion constraint refuses overlapping services of a volunteer, and a trigger changes of confirmed hours. */
export const volunteerParticipation = pgTable(
  'volunteer_participation',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    volunteerServiceId: uuid('volunteer_service_id').notNull(),
    // Copied from the service, which they follow.
    startsAt: instant('starts_at').notNull(),
    endsAt: instant('ends_at').notNull(),
    volunteerId: uuid('volunteer_id')
      .notNull()
      .references(() => volunteer.id),
    status: text('status', { enum: participationStatuses }).notNull(),
    hours: integer('hours'),
    signedUpAt: instant('signed_up_at').notNull(),
    confirmedAt: instant('confirmed_at'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('volunteer_participation', table),
    oneOf('volunteer_participation_status', table.status, participationStatuses),
    foreignKey({
      name: 'volunteer_participation_service',
      columns: [table.volunteerServiceId, table.startsAt, table.endsAt],
      foreignColumns: [volunteerService.id, volunteerService.startsAt, volunteerService.endsAt],
    }).onUpdate('cascade'),
    check(
      'volunteer_participation_hours',
      sql`(${table.hours} is not null) = (${table.confirmedAt} is not null)
      and (${table.hours} is null or (${table.status} = 'ATTENDED' and ${table.hours} >= 0
        and extract(epoch from ${table.endsAt} - ${table.startsAt}) >= ${table.hours} * 3600))`,
    ),
    uniqueIndex('volunteer_participation_once')
      .on(table.volunteerServiceId, table.volunteerId)
      .where(sql`status <> 'CANCELLED'`),
    index('volunteer_participation_of_service').on(table.volunteerServiceId, table.id),
    index('volunteer_participation_volunteer').on(table.volunteerId, table.startsAt, table.id),
  ],
);

export type VolunteerParticipation = typeof volunteerParticipation.$inferSelect;
