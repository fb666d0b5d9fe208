// The SQL of bookings.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { countsOf, type ListQuery, pagesOf } from '@district-graph/kit/pages';
import type { Booking } from './tables.ts';

export interface BookingFilter {
  upcoming?: boolean | null;
}

const latestFirst: ListQuery = {
  table: 'booking',
  order: [
    ['booked_at', 'timestamptz'],
    ['id', 'uuid'],
  ],
  descending: true,
};

const matching = (sql: Sql, { upcoming }: BookingFilter) =>
  upcoming
    ? sql`and r.status <> 'CANCELLED' and exists (select from session s where s.id = r.session_id and s.starts_at >= now())`
    : sql``;

export const findBookings = (sql: Sql, ids: readonly string[]) =>
  sql<Booking[]>`select * from booking where id = any(${ids as string[]}::uuid[])`;

export const listBookings = (sql: Sql, elderIds: readonly string[], filter: BookingFilter, page: Page) =>
  pagesOf<Booking>(sql, latestFirst, 'elder_id', elderIds, page, matching(sql, filter));

export const countBookings = (sql: Sql, elderIds: readonly string[], filter: BookingFilter) =>
  countsOf(sql, 'booking', 'elder_id', elderIds, matching(sql, filter));
