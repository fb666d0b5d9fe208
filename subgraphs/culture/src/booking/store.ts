// The SQL of bookings.

import type { Sql } from '@district-graph/kit/database/database';
import { alignMany, alignOne } from '@district-graph/kit/loaders';
import type { CountKeyed } from '@district-graph/kit/maintenance/key-rotation';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import { findRecord } from '@district-graph/kit/mutations/rows';
import { boundedCount, countLimit, type Page } from '@district-graph/kit/pagination/connections';
import { countsOf, type ListQuery, pagesOf } from '@district-graph/kit/pagination/pages';
import type { Booking } from './tables.ts';
import { bookingTransitions } from './transitions.ts';

/** A booking with the start of its session, by which coming bookings are ordered. */
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
  pagesOf<Booking>(sql, { list: latestFirst, parentColumn: 'elder_id', ids: elderIds, page });

export const countBookings = (sql: Sql, elderIds: readonly string[]) =>
  countsOf(sql, { table: 'booking', parentColumn: 'elder_id', ids: elderIds });

/** The owner of bookings: the subject of a token, and the elder that the subject is. */
export interface BookingOwner {
  id: string;
  elderId: string | null;
}

/** A page of the viewer's bookings, latest first; each of the two conditions is answered by its own index. */
export const listViewerBookings = (sql: Sql, { id, elderId }: BookingOwner, { limit, after }: Page) => {
  const [bookedAt = null, key = null] = after ?? [];
  const following = after ? sql`and (booked_at, id) < (${bookedAt}::timestamptz, ${key}::uuid)` : sql``;
  const latest = sql`order by booked_at desc, id desc limit ${limit}`;
  return sql<Booking[]>`
    (select * from booking where owned_by = ${id} ${following} ${latest})
    union
    (select * from booking where elder_id = ${elderId}::uuid ${following} ${latest})
    ${latest}`;
};

export async function countViewerBookings(sql: Sql, { id, elderId }: BookingOwner): Promise<number | null> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from (
      select id from booking where owned_by = ${id}
      union select id from booking where elder_id = ${elderId}::uuid
      limit ${countLimit + 1}
    ) b`;
  return boundedCount(row?.count ?? 0);
}

/**
 * What the viewer has booked for themselves and not cancelled: seats in one session, and the number of coming
 * sessions.
 */
export async function lockTotalsOfViewer(sql: Sql, ownedBy: string, sessionId: string) {
  // Serializes the viewer's bookings across sessions: the second transaction sees what the first has booked.
  await sql`select pg_advisory_xact_lock(hashtextextended('booking.owned_by/' || ${ownedBy}::text, 0))`;
  const [row] = await sql<{ seats: number; upcoming: number }[]>`
    select coalesce(sum(b.seats) filter (where b.session_id = ${sessionId}::uuid), 0)::integer as seats,
      (count(*) filter (where ${upcoming(sql)}))::integer as upcoming
    from booking b join session s on s.id = b.session_id
    where b.owned_by = ${ownedBy} and b.status <> 'CANCELLED'
      and (s.id = ${sessionId}::uuid or s.starts_at >= now())`;
  return row ?? { seats: 0, upcoming: 0 };
}

/** Sessions that are scheduled and have not started: those at which an elder is still expected. */
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

/**
 * Bookings at which a person is still expected, by the elder's key or the keys of name and telephone; soonest
 * first.
 */
export const findExpected = (sql: Sql, elderId: string, personKeys: readonly string[]) =>
  sql<{ id: string; sessionId: string }[]>`
    select b.id, b.session_id from booking b join session s on s.id = b.session_id
    where (b.elder_id = ${elderId}::uuid or b.person_key = any(${personKeys as string[]}::text[]))
      and ${upcoming(sql)}
    order by s.starts_at, b.id`;

export const findBooking = (sql: Sql, id: string) => findRecord<Booking>(sql, 'booking', id);

export const bookings = entityMutations<Booking>('Booking', {
  table: 'booking',
  transitions: bookingTransitions,
  detailOf: ({ sessionId, seats }) => ({ sessionId, seats }),
});

/** The booking that a person has for a session under one of their keys, or null. */
export async function findLiveBooking(
  sql: Sql,
  sessionId: string,
  personKeys: readonly string[],
): Promise<Booking | null> {
  const [row] = await sql<Booking[]>`
    select * from booking where session_id = ${sessionId} and person_key = any(${personKeys as string[]}::text[])
      and status <> 'CANCELLED'`;
  return row ?? null;
}

/** The waiting list of a session from its head, locked; at most `limit` bookings. */
export const lockWaiting = (sql: Sql, sessionId: string, limit: number) =>
  sql<Booking[]>`
    select * from booking where session_id = ${sessionId} and status = 'WAITLISTED'
    order by waitlist_position limit ${limit} for update`;

/**
 * The bookings of a session that still expect a seat, locked: confirmed ones first, then the waiting list from its
 * head.
 */
export const lockExpecting = (sql: Sql, sessionId: string) =>
  sql<Booking[]>`
    select * from booking where session_id = ${sessionId} and status in ('CONFIRMED', 'WAITLISTED')
    order by status, waitlist_position, booked_at, id for update`;

export async function nextWaitlistPosition(sql: Sql, sessionId: string): Promise<number> {
  const [row] = await sql<{ next: number }[]>`
    select coalesce(max(waitlist_position), 0) + 1 as next
    from booking where session_id = ${sessionId} and status = 'WAITLISTED'`;
  return row?.next ?? 1;
}

/** Greater than every position of a waiting list. */
const aside = 1_000_000;

/** Renumbers a waiting list from 1, in its order. In two steps, because positions are unique at every moment. */
export async function closeRanks(sql: Sql, sessionId: string): Promise<void> {
  await sql`
    update booking set waitlist_position = waitlist_position + ${aside}
    where session_id = ${sessionId} and status = 'WAITLISTED'`;
  await sql`
    update booking b set waitlist_position = r.rank from (
      select id, row_number() over (order by waitlist_position) as rank
      from booking where session_id = ${sessionId} and status = 'WAITLISTED'
    ) r where b.id = r.id`;
}

/** The bookings of coming sessions by persons who are known only by these keys. */
export const countPersonsKeyed: CountKeyed = async (sql, keyIds) => {
  const [row] = await sql<{ count: number; until: string | null }[]>`
    select count(*)::integer as count, max(s.starts_at) as until
    from booking b join session s on s.id = b.session_id
    where s.starts_at >= now() and b.status <> 'CANCELLED'
      and split_part(b.person_key, '.', 1) = any(${keyIds as string[]}::text[])`;
  const what = { zh: '未开始场次的预约', en: 'bookings of upcoming sessions' };
  return { what, count: row?.count ?? 0, until: row?.until ?? null };
};
