// SQL of devices and their history.

import { columnsOf, type Sql } from '@district-graph/kit/database/database';
import { isId } from '@district-graph/kit/database/ids';
import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import { changeRecord } from '@district-graph/kit/mutations/rows';
import type { Page } from '@district-graph/kit/pagination/connections';
import { fellSilent } from './heartbeat-store.ts';
import type { DeviceKind, DeviceStatus, DeviceStatusChange, SecurityDevice } from './tables.ts';
import { deviceTransitions } from './transitions.ts';

/** A device with its last heartbeat and the status that follows from it. */
export interface DeviceRow extends SecurityDevice {
  lastHeartbeatAt: string | null;
  status: DeviceStatus;
}

export interface DeviceFilter {
  kind?: DeviceKind | null;
  status?: DeviceStatus | null;
}

const columns = (sql: Sql) => sql`
  d.*, h.last_heartbeat_at,
  case when d.condition <> 'IN_SERVICE' then d.condition when h.online_until > now() then 'ONLINE' else 'OFFLINE' end as status`;

export const findDevices = (sql: Sql, ids: readonly string[]) => sql<DeviceRow[]>`
  select ${columns(sql)} from security_device d join device_heartbeat h on h.device_id = d.id
  where d.id = any(${ids as string[]}::uuid[])`;

export const findDevicesByCode = (sql: Sql, deviceCodes: readonly string[]) => sql<DeviceRow[]>`
  select ${columns(sql)} from security_device d join device_heartbeat h on h.device_id = d.id
  where d.device_code = any(${deviceCodes as string[]}::text[])`;

/** The conditions are literals, not parameters, so that partial indexes can be used. */
function havingStatus(sql: Sql, status: DeviceStatus | null | undefined) {
  if (status === 'FAULT') return sql`and d.condition = 'FAULT'`;
  if (status === 'RETIRED') return sql`and d.condition = 'RETIRED'`;
  if (status === 'ONLINE') return sql`and d.condition = 'IN_SERVICE' and h.online_until > now()`;
  if (status === 'OFFLINE') return sql`and d.condition = 'IN_SERVICE' and h.online_until <= now()`;
  return sql``;
}

/** A page of the devices inside each division, by division code and key; `inside` is the requested division. */
export const listDevices = (
  sql: Sql,
  codes: readonly string[],
  { kind, status }: DeviceFilter,
  { limit, after }: Page,
) =>
  sql<(DeviceRow & { inside: string })[]>`
    select k.code as inside, d.* from unnest(${codes as string[]}::text[]) k(code)
    cross join lateral (
      select ${columns(sql)} from security_device d join device_heartbeat h on h.device_id = d.id
      where d.division_code >= division_prefix(k.code) and d.division_code < prefix_end(division_prefix(k.code))
        ${kind ? sql`and d.kind = ${kind}` : sql``} ${havingStatus(sql, status)}
        ${after ? sql`and (d.division_code, d.id) > (${after[0] as string}, ${after[1] as string}::uuid)` : sql``}
      order by d.division_code, d.id limit ${limit}
    ) d`;

/** A page of the devices connected directly to each platform, by key. */
export const listDevicesOfPlatforms = (
  sql: Sql,
  platformIds: readonly string[],
  { kind, status }: DeviceFilter,
  { limit, after }: Page,
) =>
  sql<DeviceRow[]>`
    select d.* from unnest(${platformIds as string[]}::uuid[]) k(id)
    cross join lateral (
      select ${columns(sql)} from security_device d join device_heartbeat h on h.device_id = d.id
      where d.platform_id = k.id ${kind ? sql`and d.kind = ${kind}` : sql``} ${havingStatus(sql, status)}
        ${after ? sql`and d.id > ${after[0] as string}::uuid` : sql``}
      order by d.id limit ${limit}
    ) d`;

/** How many devices are connected directly to each platform, counted up to a limit. */
export const countDevicesOfPlatforms = (
  sql: Sql,
  platformIds: readonly string[],
  { kind, status }: DeviceFilter,
  limit: number,
) =>
  sql<{ platformId: string; count: number }[]>`
    select k.id as platform_id, c.count from unnest(${platformIds as string[]}::uuid[]) k(id)
    cross join lateral (
      select count(*) as count from (
        select from security_device d join device_heartbeat h on h.device_id = d.id
        where d.platform_id = k.id ${kind ? sql`and d.kind = ${kind}` : sql``} ${havingStatus(sql, status)}
        limit ${limit}
      ) d
    ) c`;

/** A count of devices: of a kind in a condition, or (`SILENT`) in service without a heartbeat in time. */
export interface DeviceFigure {
  kind: DeviceKind;
  condition: 'IN_SERVICE' | 'FAULT' | 'RETIRED' | 'SILENT';
  count: number;
}

/** Both ranges of the index: silence that is noted, and silence that is not yet. */
const silentIn = (sql: Sql) => sql`
  h.in_service and h.district_code = d.code and h.silence_noted in (false, true) and h.online_until <= now()`;

/**
 * The silent devices of each division, counted in the index alone and district by district: nothing is sorted, and
 * where few are silent it costs one probe per district.
 */
export const countSilentInside = (sql: Sql, codes: readonly string[]) =>
  sql<{ code: string; cameras: number; alarmBoxes: number }[]>`
    select k.code, sum(s.cameras)::integer as cameras, sum(s.alarm_boxes)::integer as alarm_boxes
    from unnest(${codes as string[]}::text[]) k(code)
    cross join lateral (
      select left(k.code, 6) as code where division_prefix(k.code) = k.code
      union all
      select c.code from heartbeat_districts() c(code) where division_prefix(k.code) <> k.code and starts_with(c.code, division_prefix(k.code))
    ) d
    cross join lateral (
      select count(*) filter (where h.kind = 'CAMERA') as cameras, count(*) filter (where h.kind = 'ALARM_BOX') as alarm_boxes
      from device_heartbeat h
      where ${silentIn(sql)} and (length(k.code) = 6 or starts_with(h.division_code, k.code))
    ) s
    group by k.code`;

/** The counts at and below each platform: stored counts, and the silent devices of its districts by their paths. */
export const countDevicesBelow = (sql: Sql, platformIds: readonly string[]) =>
  sql<(DeviceFigure & { platformId: string })[]>`
    with requested as materialized (
      select id, division_code from monitoring_platform where id = any(${platformIds as string[]}::uuid[])
    ), silent as materialized (
      select h.platform_id, h.kind, count(*) as count
      from heartbeat_districts() d(code)
      join device_heartbeat h on ${silentIn(sql)}
      where exists (select from requested a where starts_with(d.code, division_prefix(left(a.division_code, 6))))
      group by 1, 2
    )
    select platform_id, kind, condition, count from platform_device_count
    where platform_id = any(${platformIds as string[]}::uuid[])
    union all
    select a.id, s.kind, 'SILENT', sum(s.count)::integer
    from silent s join monitoring_platform p on p.id = s.platform_id
    cross join lateral unnest(p.path) above(id) join requested a on a.id = above.id
    group by a.id, s.kind`;

export interface NearSearch {
  kind: DeviceKind | null;
  withinMetres: number;
  first: number;
}

/** What the viewer may see of nearby devices: whether exact locations, and only codes with one of the prefixes. */
export interface NearSight {
  isExact: boolean;
  prefixes: readonly string[];
}

/** How much farther apart two points can be than their masks, which are rounded to 0.01 degrees; metres. */
const coarseness = 1500;

/**
 * The devices around each point, nearest first, without retired ones. `place` is the ordinal of the point. Where
 * positions are masked, distances are measured between the masked positions: otherwise several of them would reveal
 * the exact one.
 */
export const findDevicesNear = (
  sql: Sql,
  points: readonly GeoPoint[],
  { kind, withinMetres, first }: NearSearch,
  { isExact, prefixes }: NearSight,
) => {
  const origin = sql`geo_plane(p.longitude, p.latitude)`;
  const shown = isExact
    ? sql`geo_plane(d.longitude, d.latitude)`
    : sql`geo_plane(round(d.longitude::numeric, 2)::double precision, round(d.latitude::numeric, 2)::double precision)`;
  return sql<(DeviceRow & { place: number; distanceMetres: number })[]>`
    select p.place::integer, d.* from unnest(${points.map(({ longitude }) => longitude)}::double precision[],
      ${points.map(({ latitude }) => latitude)}::double precision[]) with ordinality p(longitude, latitude, place)
    cross join lateral (
      select ${columns(sql)}, round(${shown} <-> ${origin})::integer as distance_metres
      from security_device d join device_heartbeat h on h.device_id = d.id
      where geo_plane(d.longitude, d.latitude) <@ circle(${origin}, ${withinMetres + (isExact ? 0 : coarseness)})
        and d.condition <> 'RETIRED' ${ofKind(sql, kind)}
        and d.division_code ^@ any(${prefixes as string[]}::text[])
        ${isExact ? sql`` : sql`and ${shown} <@ circle(${origin}, ${withinMetres})`}
      order by ${shown} <-> ${origin}, d.id
      limit ${first}
    ) d order by p.place, d.distance_metres, d.id`;
};

const ofKind = (sql: Sql, kind: DeviceKind | null) => {
  if (kind === 'ALARM_BOX') return sql`and d.kind = 'ALARM_BOX'`;
  return kind ? sql`and d.kind = ${kind}` : sql``;
};

/**
 * A page of the history of each device, newest first; a current silence is the newest entry, since it follows from
 * the rest.
 */
export const listStatusChanges = (sql: Sql, deviceIds: readonly string[], { limit, after }: Page) =>
  sql<DeviceStatusChange[]>`
    select s.* from unnest(${deviceIds as string[]}::uuid[]) k(id)
    cross join lateral (
      select * from (
        (
          select s.device_id, s.at, s.status from device_status_change s
          where s.device_id = k.id ${after ? sql`and s.at < ${after[0] as string}::timestamptz` : sql``}
          order by s.at desc limit ${limit}
        )
        union all
        select h.device_id, h.online_until::timestamptz(0), 'OFFLINE' from device_heartbeat h
        where h.device_id = k.id and ${fellSilent(sql)}
          ${after ? sql`and h.online_until::timestamptz(0) < ${after[0] as string}::timestamptz` : sql``}
      ) s
      order by s.at desc limit ${limit}
    ) s`;

/** How many entries the history of each device has, counted up to a limit. */
export const countStatusChanges = (sql: Sql, deviceIds: readonly string[], limit: number) =>
  sql<{ deviceId: string; count: number }[]>`
    select k.id as device_id, c.count from unnest(${deviceIds as string[]}::uuid[]) k(id)
    cross join lateral (
      select count(*) as count from (
        select from device_status_change s where s.device_id = k.id
        union all select from device_heartbeat h where h.device_id = k.id and ${fellSilent(sql)}
        limit ${limit}
      ) s
    ) c`;

/** The device, locked until the transaction ends; heartbeats, which refer to it, do not wait for it. */
async function lockDevice(sql: Sql, id: string): Promise<DeviceRow | null> {
  if (!isId(id)) return null;
  await sql`select from security_device where id = ${id} for no key update`;
  const [row] = await findDevices(sql, [id]);
  return row ?? null;
}

/** Inserts a device; null when its code is taken, also by a concurrent registration. */
export async function insertDevice(sql: Sql, row: Partial<SecurityDevice> & { id: string }) {
  const inserted = await sql`
    insert into security_device ${sql(columnsOf(row))} on conflict (device_code) do nothing returning id`;
  return inserted.length ? ((await findDevices(sql, [row.id]))[0] as DeviceRow) : null;
}

async function changeDevice(sql: Sql, id: string, changes: Partial<SecurityDevice>) {
  await changeRecord<SecurityDevice>(sql, 'security_device', id, changes);
  return (await findDevices(sql, [id]))[0] as DeviceRow;
}

const typeOf = { CAMERA: 'Camera', ALARM_BOX: 'AlarmBox' } as const satisfies Record<DeviceKind, string>;

export const devices = entityMutations<DeviceRow>(({ kind }) => typeOf[kind], {
  table: 'security_device',
  masked: ['longitude', 'latitude'],
  transitions: deviceTransitions,
  lock: lockDevice,
  change: changeDevice,
});

/** Appends the new status of a locked device to its history, after the entries it has. */
export const noteStatus = (sql: Sql, deviceId: string, status: DeviceStatus, at: string) => sql`
  insert into device_status_change (device_id, at, status)
  select ${deviceId}::uuid, greatest(${at}::timestamptz(0), max(at) + interval '1 second'), ${status}
  from device_status_change where device_id = ${deviceId}::uuid`;
