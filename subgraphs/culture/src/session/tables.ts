// Sessions: one at a time in a venue, and no more seats taken than there are.
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
import { boolean, check, foreignKey, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { activity, activityCategories, audiences } from '../activity/tables.ts';
import { venue } from '../venue/tables.ts';

export const sessionStatuses = ['SCHEDULED', 'HELD', 'CANCELLED'] as const;

/**
 * `seatsTaken` and `waitlistLength` are maintained by a trigger on booking. An exclusion constraint refuses
 * overlapping sessions.
 */
export const session = pgTable(
  'session',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    activityId: uuid('activity_id').notNull(),
    // Copied from the activity, so that sessions can be listed and counted by them.
    category: text('category', { enum: activityCategories }).notNull(),
    audience: text('audience', { enum: audiences }).notNull(),
    venueId: uuid('venue_id').references(() => venue.id),
    place: text('place').notNull(),
    startsAt: instant('starts_at').notNull(),
    endsAt: instant('ends_at').notNull(),
    status: text('status', { enum: sessionStatuses }).notNull(),
    capacity: integer('capacity').notNull(),
    seatsTaken: integer('seats_taken').notNull().default(0),
    waitlistLength: integer('waitlist_length').notNull().default(0),
    bookingRequired: boolean('booking_required').notNull().default(false),
    attended: integer('attended'),
    cancelReason: text('cancel_reason'),
    ...location(),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('session', table),
    oneOf('session_status', table.status, sessionStatuses),
    foreignKey({
      name: 'session_activity',
      columns: [table.activityId, table.category, table.audience],
      foreignColumns: [activity.id, activity.category, activity.audience],
    }).onUpdate('cascade'),
    check('session_times', sql`${table.endsAt} > ${table.startsAt}`),
    check(
      'session_seats',
      sql`${table.capacity} > 0 and ${table.seatsTaken} between 0 and ${table.capacity} and ${table.waitlistLength} >= 0`,
    ),
    check(
      'session_attended',
      sql`(${table.attended} is not null) = (${table.status} = 'HELD') and ${table.attended} >= 0`,
    ),
    check('session_cancel_reason', sql`${table.cancelReason} is null or ${table.status} = 'CANCELLED'`),
    locationCheck('session', table),
    index('session_of_activity').on(table.activityId),
    index('session_venue').on(table.venueId, table.startsAt, table.id),
    index('session_city').on(table.startsAt, table.id),
    index('session_district').on(sql`left(division_code, 6)`, table.startsAt, table.id),
    index('session_subdistrict').on(sql`left(division_code, 9)`, table.startsAt, table.id),
    index('session_community').on(table.divisionCode, table.startsAt, table.id),
    index('session_category').on(table.category, table.startsAt, table.id),
    index('session_audience').on(table.audience, table.startsAt, table.id),
  ],
);

export type Session = typeof session.$inferSelect;
