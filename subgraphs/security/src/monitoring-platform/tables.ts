// Monitoring platforms: the tiers of the video-alarm registry, and the last heartbeat of each.
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
import {
  type AnyPgColumn,
  bigint,
  check,
  date,
  index,
  integer,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { deviceCodeColumns } from '../device-code/tables.ts';

/** From the top down: a platform's parent is of a higher tier. */
export const platformTiers = [
  'CITY_110_CENTRE',
  'DISTRICT_CENTRE',
  'SUBDISTRICT_OR_BRANCH',
  'COMMUNITY_OR_SCHOOL',
] as const;

export const monitoringPlatform = pgTable(
  'monitoring_platform',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    ...deviceCodeColumns(),
    name: text('name').notNull(),
    tier: text('tier', { enum: platformTiers }).notNull(),
    parentId: uuid('parent_id').references((): AnyPgColumn => monitoringPlatform.id),
    /** The platforms above it, the top first, and itself; maintained by a trigger. */
    path: uuid('path').array().notNull(),
    /** Video feeds shown at the centre itself, besides the devices connected below it. */
    feeds: integer('feeds').notNull().default(0),
    floorArea: integer('floor_area'),
    investmentFen: bigint('investment_fen', { mode: 'number' }),
    openedOn: date('opened_on', { mode: 'string' }),
    ...location(),
    faultSince: instant('fault_since'),
    retiredAt: instant('retired_at'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('monitoring_platform', table),
    oneOf('monitoring_platform_tier', table.tier, platformTiers),
    locationCheck('monitoring_platform', table),
    check('monitoring_platform_device_code', sql`${table.deviceCode} ~ '^[0-9]{20}$'`),
    // GB/T 28181: types 200 to 299 are platforms and their servers.
    check('monitoring_platform_device_code_type', sql`substr(${table.deviceCode}, 11, 1) = '2'`),
    check(
      'monitoring_platform_device_code_division',
      sql`left(${table.deviceCode}, 6) = left(${table.divisionCode}, 6)`,
    ),
    check('monitoring_platform_top', sql`${table.tier} <> 'CITY_110_CENTRE' or ${table.parentId} is null`),
    check(
      'monitoring_platform_figures',
      sql`${table.feeds} >= 0 and ${table.floorArea} > 0 and ${table.investmentFen} >= 0`,
    ),
    uniqueIndex('monitoring_platform_division').on(table.divisionCode, table.id),
    uniqueIndex('monitoring_platform_tier_division').on(table.tier, table.divisionCode, table.id),
    index('monitoring_platform_parent').on(table.parentId, table.id),
  ],
);

/** The last heartbeat of a platform; a narrow table, since it is written every minute. */
export const platformHeartbeat = pgTable(
  'platform_heartbeat',
  {
    platformId: uuid('platform_id')
      .primaryKey()
      .references(() => monitoringPlatform.id, { onDelete: 'cascade' }),
    intervalSeconds: integer('interval_seconds').notNull().default(60),
    allowedMisses: integer('allowed_misses').notNull().default(3),
    lastHeartbeatAt: instant('last_heartbeat_at'),
    onlineUntil: instant('online_until').notNull().default(sql`'-infinity'`),
  },
  (table) => [
    check(
      'platform_heartbeat_cadence',
      sql`${table.intervalSeconds} between 5 and 3600 and ${table.allowedMisses} between 1 and 20`,
    ),
    check(
      'platform_heartbeat_online_until',
      sql`${table.onlineUntil} = coalesce(${table.lastHeartbeatAt}
        + make_interval(secs => ${table.intervalSeconds} * ${table.allowedMisses}), '-infinity')`,
    ),
  ],
);

export type MonitoringPlatform = typeof monitoringPlatform.$inferSelect;
