// SQL of heartbeats: devices that report, fall silent and return, each change stored with its event.
import type { Sql } from '@district-graph/kit/database/database';

/** The cause of a change, for its event. */
interface Cause {
  viewerId: string;
  action: string;
}

/** A device that fell silent after its last heartbeat, with no row in its history yet. */
export const fellSilent = (sql: Sql) => sql`
  h.in_service and h.online_until > '-infinity' and h.online_until <= now() and not exists (
    select from device_status_change c
    where c.device_id = h.device_id and c.at >= h.online_until::timestamptz(0)
  )`;

/** The latest row in the history of each row `r`. */
const latestHistory = (sql: Sql) => sql`
  left join lateral (
    select c.at as noted_at, c.status as noted from device_status_change c
    where c.device_id = r.id order by c.at desc limit 1
  ) c on true`;

/** Appends the event of each row of `changed`: id, kind, division_code, at, status and the status before. */
const insertEvents = (sql: Sql, { viewerId, action }: Cause) => sql`
  insert into change_event (caller, action, entity_type, entity_id, division_code, from_status, to_status)
  select ${viewerId}, ${action}, case kind when 'CAMERA' then 'Camera' else 'AlarmBox' end, id::text, division_code, before, status
  from changed order by id, at`;

/**
 * Common table expressions that follow `heartbeats`: store the heartbeats of its devices, and the status changes of
 * those that returned, with their events. A device whose silence went unnoticed fell silent when its time ran out.
 * A heartbeat that was delayed on its way counts from the instant it was sent.
 */
export const applyHeartbeats = (sql: Sql, cause: Cause) => sql`
  kept as (
    update device_heartbeat h set last_heartbeat_at = n.last, silence_noted = false,
      online_until = n.last + make_interval(secs => h.interval_seconds * h.allowed_misses)
    from heartbeats n where h.device_id = n.id
  ), back as materialized (
    select r.*, noted_at, noted, case when r.online_until > '-infinity' and noted is distinct from 'OFFLINE'
      and r.online_until::timestamptz(0) > coalesce(noted_at, '-infinity') then r.online_until::timestamptz(0) end as silent_at
    from heartbeats r ${latestHistory(sql)}
    where r.in_service and (r.silence_noted or r.first::timestamptz(0) > r.online_until::timestamptz(0))
  ), changed as materialized (
    select id, kind, division_code, change.* from back
    cross join lateral (values
      ('ONLINE', 'OFFLINE', silent_at),
      ('OFFLINE', 'ONLINE', greatest(
        first::timestamptz(0), noted_at + interval '1 second', silent_at + interval '1 second'
      ))
    ) change(before, status, at)
    where change.at is not null and (silent_at is not null or noted is distinct from 'ONLINE')
  ), noted as (
    insert into device_status_change (device_id, at, status) select id, at, status from changed on conflict do nothing
  ), events as (${insertEvents(sql, cause)})`;

/**
 * Records heartbeats of devices and platforms: the latest instant of each counts, none is later than the database's
 * clock. Returns how many of the heartbeats were of registered devices or platforms.
 */
export async function recordHeartbeats(
  sql: Sql,
  deviceCodes: readonly string[],
  instants: readonly string[],
  cause: Cause,
): Promise<number> {
  const [row] = await sql<{ accepted: number }[]>`
    with beat as materialized (
      select b.code, least(b.at, now()) as at
      from unnest(${deviceCodes as string[]}::text[], ${instants as string[]}::timestamptz[]) b(code, at)
    ), reported as materialized (
      select d.id, b.at from beat b join security_device d on d.device_code = b.code where d.retired_at is null
    ), locked as materialized (
      -- In one order, so that two calls about the same devices wait for each other and do not deadlock.
      select h.* from device_heartbeat h
      where h.device_id in (select id from reported) order by h.device_id for no key update
    ), latest as materialized (
      select id, min(at) as first, max(at) as last from reported join locked on device_id = id
      where last_heartbeat_at is null or at > last_heartbeat_at group by id
    ), heartbeats as materialized (
      select id, kind, division_code, in_service, silence_noted, online_until, first, last
      from latest join locked on device_id = id
    ), ${applyHeartbeats(sql, cause)}, reported_platform as materialized (
      select p.id, b.at from beat b join monitoring_platform p on p.device_code = b.code where p.retired_at is null
    ), locked_platform as materialized (
      select h.platform_id as id from platform_heartbeat h
      where h.platform_id in (select id from reported_platform) order by h.platform_id for no key update
    ), kept_platform as (
      update platform_heartbeat h set last_heartbeat_at = n.last,
        online_until = n.last + make_interval(secs => h.interval_seconds * h.allowed_misses)
      from (select id, max(at) as last from reported_platform join locked_platform using (id) group by id) n
      where h.platform_id = n.id and (h.last_heartbeat_at is null or n.last > h.last_heartbeat_at)
    )
    select (select count(*) from reported)::integer + (select count(*) from reported_platform)::integer as accepted`;
  return row?.accepted ?? 0;
}

/** Marks the silent devices of `overdue` as noted, and stores what their history lacks, with the events. */
const noteOverdue = (sql: Sql, cause: Cause) => sql`
  marked as (
    update device_heartbeat h set silence_noted = true from overdue o where h.device_id = o.id
  ), changed as materialized (
    select r.id, r.kind, r.division_code, 'ONLINE' as before, 'OFFLINE' as status,
      greatest(r.online_until::timestamptz(0), noted_at + interval '1 second') as at
    from overdue r ${latestHistory(sql)} where noted is distinct from 'OFFLINE'
  ), noted as (
    insert into device_status_change (device_id, at, status) select id, at, status from changed on conflict do nothing
  ), events as (${insertEvents(sql, cause)})
  select count(*)::integer as count from overdue`;

const columns = (sql: Sql) => sql`h.device_id as id, h.kind, h.division_code, h.online_until`;

/** Stores when a locked device fell silent, if it has: the status stated next must not hide that. */
export const noteSilence = (sql: Sql, deviceId: string, cause: Cause) => sql`
  with overdue as materialized (
    select ${columns(sql)} from device_heartbeat h
    where h.device_id = ${deviceId}::uuid and h.in_service and not h.silence_noted and h.online_until <= now()
    for no key update
  ), ${noteOverdue(sql, cause)}`;

const batch = 500;

/**
 * Stores which devices have fallen silent, the earliest first; returns how many. Several processes may run it at
 * once: each skips rows that are locked by another, and devices whose heartbeat is being recorded.
 */
export async function noteSilences(sql: Sql, cause: Cause): Promise<number> {
  for (let total = 0; ; ) {
    const [row] = await sql<{ count: number }[]>`
      with overdue as materialized (
        select h.* from heartbeat_districts() d(code)
        cross join lateral (
          select ${columns(sql)} from device_heartbeat h
          where h.in_service and h.district_code = d.code and not h.silence_noted and h.online_until <= now()
          order by h.online_until limit ${batch} for no key update skip locked
        ) h
      ), ${noteOverdue(sql, cause)}`;
    const count = row?.count ?? 0;
    total += count;
    if (count < batch) return total;
  }
}
