// Bookings of seats; at most one active booking per person and session.
import { divisionCode, homeChecks, id, instant, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { session } from '../session/tables.ts';

export const bookingStatuses = ['CONFIRMED', 'WAITLISTED', 'CANCELLED', 'CHECKED_IN', 'NO_SHOW'] as const;

export const booking = pgTable(
  'booking',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => session.id),
    // The key of an Elder of the elderly-care subgraph, or null; and the keyed hash by which a person is recognized.
    elderId: uuid('elder_id'),
    personKey: text('person_key').notNull(),
    /** The subject of the token that booked for itself; null for a booking made by staff. */
    ownedBy: text('owned_by'),
    status: text('status', { enum: bookingStatuses }).notNull(),
    seats: integer('seats').notNull(),
    waitlistPosition: integer('waitlist_position'),
    bookedAt: instant('booked_at').notNull(),
    cancelledAt: instant('cancelled_at'),
    checkedInAt: instant('checked_in_at'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('booking', table),
    oneOf('booking_status', table.status, bookingStatuses),
    check('booking_seats', sql`${table.seats} between 1 and 10`),
    check(
      'booking_waitlist',
      sql`(${table.waitlistPosition} is not null) = (${table.status} = 'WAITLISTED') and ${table.waitlistPosition} >= 1`,
    ),
    check('booking_cancelled', sql`(${table.cancelledAt} is not null) = (${table.status} = 'CANCELLED')`),
    check('booking_checked_in', sql`(${table.checkedInAt} is not null) = (${table.status} = 'CHECKED_IN')`),
    uniqueIndex('booking_once').on(table.sessionId, table.personKey).where(sql`status <> 'CANCELLED'`),
    uniqueIndex('booking_waitlist_order')
      .on(table.sessionId, table.waitlistPosition)
      .where(sql`status = 'WAITLISTED'`),
    index('booking_cancelled_at').on(table.cancelledAt).where(sql`status = 'CANCELLED'`),
    index('booking_elder').on(table.elderId, table.bookedAt, table.id),
    index('booking_person').on(table.personKey),
    index('booking_owner').on(table.ownedBy, table.bookedAt, table.id).where(sql`owned_by is not null`),
  ],
);

export type Booking = typeof booking.$inferSelect;
