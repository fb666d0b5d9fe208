// The SQL of bookings.
import { boundedCount, type Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { alignMany, alignOne } from '@district-graph/kit/loaders';
import { countsOf, type ListQuery, pagesOf } from '@district-graph/kit/pages';
import type { Booking } from './tables.ts';

/** A booking with the beginning of its session, by which the coming ones are ordered. */
export type UpcomingBooking = Booking & { startsAt: string };

const latestFirst: ListQuery = {
  table: 'booking',
  order: [
    ['booked_at', 'timestamptz'],
    ['id', 'uuid'],
  ],
  descending: true,
};

export const findBookings = (sql: Sql, ids: readonly string[]) =>
  sql<Booking[]>`select * from booking where id = any(${ids as string[]}::uuid[])`;

export const listBookings = (sql: Sql, elderIds: readonly string[], page: Page) =>
  pagesOf<Booking>(sql, latestFirst, 'elder_id', elderIds, page);

export const countBookings = (sql: Sql, elderIds: readonly string[]) =>
  countsOf(sql, 'booking', 'elder_id', elderIds);

/** Of sessions that take place and have not begun: what an elder is still expected at. */
const upcoming = (sql: Sql) =>
  sql`b.status <> 'CANCELLED' and s.status = 'SCHEDULED' and s.starts_at >= now()`;

export async function listUpcomingBookings(sql: Sql, elderIds: readonly string[], { limit, after }: Page) {
  const [startsAt = null, id = null] = after ?? [];
  const rows = await sql<(UpcomingBooking & { pageKey: string })[]>`
    select k.key as page_key, r.* from unnest(${elderIds as string[]}::uuid[]) k(key)
    cross join lateral (
      select b.*, s.starts_at from booking b join session s on s.id = b.session_id
      where b.elder_id = k.key and ${upcoming(sql)}
        ${after ? sql`and (s.starts_at, b.id) > (${startsAt}::timestamptz, ${id}::uuid)` : sql``}
      order by s.starts_at, b.id limit ${limit}
    ) r`;
  return alignMany(elderIds, rows, (row) => row.pageKey);
}

export async function countUpcomingBookings(sql: Sql, elderIds: readonly string[]) {
  const rows = await sql<{ elderId: string; count: number }[]>`
    select b.elder_id, count(*) from booking b join session s on s.id = b.session_id
    where b.elder_id = any(${elderIds as string[]}::uuid[]) and ${upcoming(sql)} group by 1`;
  return alignOne(elderIds, rows, (row) => row.elderId).map((row) => boundedCount(row?.count ?? 0));
}
