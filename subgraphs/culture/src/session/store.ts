// The SQL of sessions.
import { addDays, type DateRange, instantsOf } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countsInside,
  countsOf,
  type ListQuery,
  pagesInsideByLevel,
  pagesOf,
} from '@district-graph/kit/pagination/pages';
import type { Session } from './tables.ts';
import { sessionTransitions } from './transitions.ts';

export interface SessionFilter {
  period: DateRange;
  category?: Session['category'] | null;
  audience?: Session['audience'] | null;
  status?: Session['status'] | null;
}

const byTime: ListQuery = {
  table: 'session',
  order: [
    ['starts_at', 'timestamptz'],
    ['id', 'uuid'],
  ],
};

function matching(sql: Sql, { period, category, audience, status }: SessionFilter) {
  const { start, end } = instantsOf(period);
  return sql`and r.starts_at >= ${start} and r.starts_at < ${end}
    ${category ? sql`and r.category = ${category}` : sql``} ${audience ? sql`and r.audience = ${audience}` : sql``}
    ${status ? sql`and r.status = ${status}` : sql``}`;
}

/** Sessions that take place: cancelled ones are listed only when requested. */
const takingPlace = (sql: Sql, filter: SessionFilter) =>
  sql`${matching(sql, filter)} ${filter.status ? sql`` : sql`and r.status <> 'CANCELLED'`}`;

export const findSessions = (sql: Sql, ids: readonly string[]) =>
  sql<Session[]>`select * from session where id = any(${ids as string[]}::uuid[])`;

export const listSessions = (sql: Sql, venueIds: readonly string[], filter: SessionFilter, page: Page) =>
  pagesOf<Session>(sql, {
    list: byTime,
    parentColumn: 'venue_id',
    ids: venueIds,
    page,
    where: matching(sql, filter),
  });

export const countSessions = (sql: Sql, venueIds: readonly string[], filter: SessionFilter) =>
  countsOf(sql, { table: 'session', parentColumn: 'venue_id', ids: venueIds, where: matching(sql, filter) });

export const listSessionsInside = (sql: Sql, codes: readonly string[], filter: SessionFilter, page: Page) =>
  pagesInsideByLevel<Session>(sql, { list: byTime, codes, page, where: takingPlace(sql, filter) });

export const countSessionsInside = (sql: Sql, codes: readonly string[], filter: SessionFilter) =>
  countsInside(sql, { table: 'session', codes, where: takingPlace(sql, filter) });

/** How many days ahead nearby sessions are searched. */
const daysAhead = 14;

/** The scheduled sessions of the coming days around a point: nearest first, then soonest. */
export const findSessionsNear = (
  sql: Sql,
  at: GeoPoint,
  withinMetres: number,
  today: string,
  first: number,
) =>
  sql<(Session & { distanceMetres: number })[]>`
    select s.*, round(geo_plane(longitude, latitude) <-> geo_plane(${at.longitude}, ${at.latitude}))::integer as distance_metres
    from session s
    where status = 'SCHEDULED' and starts_at >= now() and starts_at < ${`${addDays(today, daysAhead + 1)}T00:00:00+08:00`}
      and geo_plane(longitude, latitude) <@ circle(geo_plane(${at.longitude}, ${at.latitude}), ${withinMetres})
    order by geo_plane(longitude, latitude) <-> geo_plane(${at.longitude}, ${at.latitude}), starts_at, id
    limit ${first}`;

export const sessions = entityMutations<Session>('Session', {
  table: 'session',
  transitions: sessionTransitions,
});

/** The earliest session other than `exceptId` that occupies the venue during that time; null when there is none. */
export async function findConflictingSession(
  sql: Sql,
  venueId: string,
  { startsAt, endsAt }: Pick<Session, 'startsAt' | 'endsAt'>,
  exceptId: string | null = null,
): Promise<Session | null> {
  const [row] = await sql<Session[]>`
    select * from session
    where venue_id = ${venueId} and status <> 'CANCELLED'
      and tstzrange(starts_at, ends_at) && tstzrange(${startsAt}, ${endsAt})
      and id is distinct from ${exceptId}::uuid
    order by starts_at limit 1`;
  return row ?? null;
}

/** The soonest scheduled session of a venue or an activity that is not over and has at least that capacity. */
export async function findComingSession(
  sql: Sql,
  column: 'venue_id' | 'activity_id',
  id: string,
  leastCapacity = 1,
): Promise<Session | null> {
  const [row] = await sql<Session[]>`
    select * from session
    where ${sql(column)} = ${id} and status = 'SCHEDULED' and ends_at > now() and capacity >= ${leastCapacity}
    order by starts_at, id limit 1`;
  return row ?? null;
}
