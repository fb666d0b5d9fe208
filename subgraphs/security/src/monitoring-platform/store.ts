// The SQL of monitoring platforms.

import { columnsOf, type Sql } from '@district-graph/kit/database/database';
import { isId } from '@district-graph/kit/database/ids';
import { pathOf } from '@district-graph/kit/divisions/divisions';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import { changeRecord } from '@district-graph/kit/mutations/rows';
import type { Page } from '@district-graph/kit/pagination/connections';
import type { DeviceStatus } from '../security-device/tables.ts';
import type { MonitoringPlatform, platformTiers } from './tables.ts';

export type PlatformTier = (typeof platformTiers)[number];

/** A platform with its last heartbeat and the status that follows from it. */
export interface PlatformRow extends MonitoringPlatform {
  lastHeartbeatAt: string | null;
  status: DeviceStatus;
}

export interface PlatformFilter {
  tier?: PlatformTier | null;
}

const columns = (sql: Sql) => sql`
  p.*, h.last_heartbeat_at,
  case when p.retired_at is not null then 'RETIRED' when p.fault_since is not null then 'FAULT'
    when h.online_until > now() then 'ONLINE' else 'OFFLINE' end as status`;

export const findPlatforms = (sql: Sql, ids: readonly string[]) => sql<PlatformRow[]>`
  select ${columns(sql)} from monitoring_platform p left join platform_heartbeat h on h.platform_id = p.id
  where p.id = any(${ids as string[]}::uuid[])`;

/** A page of the unretired platforms inside each division, by division code and key. */
export const listPlatforms = (
  sql: Sql,
  codes: readonly string[],
  { tier }: PlatformFilter,
  { limit, after }: Page,
) =>
  sql<(PlatformRow & { inside: string })[]>`
    select k.code as inside, p.* from unnest(${codes as string[]}::text[]) k(code)
    cross join lateral (
      select ${columns(sql)} from monitoring_platform p left join platform_heartbeat h on h.platform_id = p.id
      where p.division_code >= division_prefix(k.code) and p.division_code < prefix_end(division_prefix(k.code))
        and p.retired_at is null ${tier ? sql`and p.tier = ${tier}` : sql``}
        ${after ? sql`and (p.division_code, p.id) > (${after[0] as string}, ${after[1] as string}::uuid)` : sql``}
      order by p.division_code, p.id limit ${limit}
    ) p`;

/** A page of the platforms directly below each, by key. */
export const listChildren = (sql: Sql, parentIds: readonly string[], { limit, after }: Page) =>
  sql<PlatformRow[]>`
    select p.* from unnest(${parentIds as string[]}::uuid[]) k(id)
    cross join lateral (
      select ${columns(sql)} from monitoring_platform p left join platform_heartbeat h on h.platform_id = p.id
      where p.parent_id = k.id ${after ? sql`and p.id > ${after[0] as string}::uuid` : sql``}
      order by p.id limit ${limit}
    ) p`;

/** How many platforms are directly below each: some hundreds at most. */
export const countChildren = (sql: Sql, parentIds: readonly string[]) => sql<
  { parentId: string; count: number }[]
>`
  select parent_id, count(*)::integer as count from monitoring_platform
  where parent_id = any(${parentIds as string[]}::uuid[]) group by parent_id`;

/** How many tiers there are from each platform down: each tier is probed for its first platform on the path. */
export const countTiers = (sql: Sql, ids: readonly string[]) => sql<{ id: string; count: number }[]>`
  select p.id, count(*)::integer as count
  from monitoring_platform p
  cross join (values ('CITY_110_CENTRE'), ('DISTRICT_CENTRE'), ('SUBDISTRICT_OR_BRANCH'), ('COMMUNITY_OR_SCHOOL')) t(tier)
  where p.id = any(${ids as string[]}::uuid[]) and exists (
    select from monitoring_platform below
    where below.tier = t.tier and below.path[cardinality(p.path)] = p.id
      and below.division_code >= division_prefix(p.division_code)
      and below.division_code < prefix_end(division_prefix(p.division_code))
  )
  group by p.id`;

/** The platform, locked against being retired until the transaction ends; the lock is shared. */
export async function shareLockPlatform(sql: Sql, id: string): Promise<MonitoringPlatform | null> {
  if (!isId(id)) return null;
  const [row] = await sql<MonitoringPlatform[]>`
    select * from monitoring_platform where id = ${id} for key share`;
  return row ?? null;
}

/** The lowest platform that serves the division or one above it, locked as by `shareLockPlatform`. */
export async function findPlatformFor(sql: Sql, divisionCode: string): Promise<MonitoringPlatform | null> {
  const [row] = await sql<MonitoringPlatform[]>`
    select * from monitoring_platform
    where division_code = any(${pathOf(divisionCode)}::text[]) and retired_at is null
    order by length(division_prefix(division_code)) desc, id limit 1 for key share`;
  return row ?? null;
}

export const findPlatformsByCode = (sql: Sql, deviceCodes: readonly string[]) => sql<PlatformRow[]>`
  select ${columns(sql)} from monitoring_platform p left join platform_heartbeat h on h.platform_id = p.id
  where p.device_code = any(${deviceCodes as string[]}::text[])`;

/** The platform, locked until the transaction ends: nothing is registered below it meanwhile. */
async function lockPlatform(sql: Sql, id: string): Promise<PlatformRow | null> {
  if (!isId(id)) return null;
  await sql`select from monitoring_platform where id = ${id} for update`;
  const [row] = await findPlatforms(sql, [id]);
  return row ?? null;
}

/** Inserts a platform without a heartbeat; null when its code is taken, also by a concurrent registration. */
export async function insertPlatform(sql: Sql, row: Partial<MonitoringPlatform> & { id: string }) {
  const inserted = await sql`
    insert into monitoring_platform ${sql(columnsOf(row))} on conflict (device_code) do nothing returning id`;
  if (inserted.length === 0) return null;
  await sql`insert into platform_heartbeat (platform_id) values (${row.id})`;
  return (await findPlatforms(sql, [row.id]))[0] as PlatformRow;
}

async function changePlatform(sql: Sql, id: string, changes: Partial<MonitoringPlatform>) {
  await changeRecord<MonitoringPlatform>(sql, 'monitoring_platform', id, changes);
  return (await findPlatforms(sql, [id]))[0] as PlatformRow;
}

export const platforms = entityMutations<PlatformRow, never>('MonitoringPlatform', {
  table: 'monitoring_platform',
  masked: ['longitude', 'latitude'],
  lock: lockPlatform,
  change: changePlatform,
});

/** How many platforms are directly below one, and how many devices at and below it, without retired ones. */
export async function countInUse(sql: Sql, id: string): Promise<{ devices: number; platforms: number }> {
  const [row] = await sql<{ devices: number; platforms: number }[]>`
    select
      (select coalesce(sum(count), 0)::integer from platform_device_count
        where platform_id = ${id}::uuid and condition <> 'RETIRED') as devices,
      (select count(*)::integer from monitoring_platform
        where parent_id = ${id}::uuid and retired_at is null) as platforms`;
  return row ?? { devices: 0, platforms: 0 };
}
