// Cameras and alarm boxes, their last heartbeats, their history, and the counts below each platform.
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
  boolean,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { deviceCodeColumns } from '../device-code/tables.ts';
import { monitoringPlatform } from '../monitoring-platform/tables.ts';

export const deviceKinds = ['CAMERA', 'ALARM_BOX'] as const;
/** The condition of a device apart from its heartbeats, which decide whether one in service is online. */
export const deviceConditions = ['IN_SERVICE', 'FAULT', 'RETIRED'] as const;
export const deviceStatuses = ['ONLINE', 'OFFLINE', 'FAULT', 'RETIRED'] as const;
export const cameraForms = [
  'DOME',
  'HALF_DOME',
  'FIXED_BULLET',
  'REMOTE_BULLET',
  'REMOTE_HALF_DOME',
  'PANORAMIC',
  'SPLIT',
] as const;
export const supplyLights = ['NONE', 'INFRARED', 'WHITE', 'LASER', 'OTHER'] as const;

export const securityDevice = pgTable(
  'security_device',
  {
    id: id(),
    kind: text('kind', { enum: deviceKinds }).notNull(),
    divisionCode: divisionCode('division_code').notNull(),
    ...deviceCodeColumns(),
    platformId: uuid('platform_id')
      .notNull()
      .references(() => monitoringPlatform.id),
    name: text('name').notNull(),
    manufacturer: text('manufacturer'),
    model: text('model'),
    installedOn: date('installed_on', { mode: 'string' }),
    ...location(),
    form: text('form', { enum: cameraForms }),
    supplyLight: text('supply_light', { enum: supplyLights }),
    /** 1 to 8: the direction it faces, in the standard's numbering from east. */
    direction: smallint('direction'),
    indoor: boolean('indoor'),
    intercom: boolean('intercom'),
    faultSince: instant('fault_since'),
    faultNote: text('fault_note'),
    retiredAt: instant('retired_at'),
    condition: text('condition', { enum: deviceConditions })
      .notNull()
      .generatedAlwaysAs(
        sql`case when retired_at is not null then 'RETIRED' when fault_since is not null then 'FAULT' else 'IN_SERVICE' end`,
      ),
    registeredAt: instant('registered_at').notNull().defaultNow(),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('security_device', table),
    oneOf('security_device_kind', table.kind, deviceKinds),
    locationCheck('security_device', table),
    check('security_device_code', sql`${table.deviceCode} ~ '^[0-9]{20}$'`),
    check(
      'security_device_code_type',
      sql`substr(${table.deviceCode}, 11, 3) in ('131', '132', '134')
      and (${table.kind} = 'ALARM_BOX') = (substr(${table.deviceCode}, 11, 3) = '134')`,
    ),
    check(
      'security_device_code_division',
      sql`left(${table.deviceCode}, 6) = left(${table.divisionCode}, 6)`,
    ),
    oneOf('security_device_form', table.form, cameraForms),
    oneOf('security_device_supply_light', table.supplyLight, supplyLights),
    check(
      'security_device_of_kind',
      sql`(${table.kind} = 'CAMERA') = (${table.form} is not null)
      and (${table.kind} = 'CAMERA') = (${table.indoor} is not null)
      and (${table.kind} = 'CAMERA' or (${table.supplyLight} is null and ${table.direction} is null))
      and (${table.kind} = 'ALARM_BOX') = (${table.intercom} is not null)`,
    ),
    check('security_device_direction', sql`${table.direction} between 1 and 8`),
    check('security_device_fault_note', sql`${table.faultNote} is null or ${table.faultSince} is not null`),
    uniqueIndex('security_device_division').on(table.divisionCode, table.id),
    uniqueIndex('security_device_kind_division').on(table.kind, table.divisionCode, table.id),
    index('security_device_fault').on(table.divisionCode, table.id).where(sql`condition = 'FAULT'`),
    index('security_device_retired').on(table.divisionCode, table.id).where(sql`condition = 'RETIRED'`),
    uniqueIndex('security_device_platform').on(table.platformId, table.id),
  ],
);

/** The last heartbeat of each device. A narrow table apart from the device, since it is written every minute. */
export const deviceHeartbeat = pgTable(
  'device_heartbeat',
  {
    deviceId: uuid('device_id')
      .primaryKey()
      .references(() => securityDevice.id, { onDelete: 'cascade' }),
    // Copies of the device's columns, maintained by its triggers, so that one index finds silent devices.
    divisionCode: divisionCode('division_code').notNull(),
    districtCode: divisionCode('district_code').notNull(),
    platformId: uuid('platform_id').notNull(),
    kind: text('kind', { enum: deviceKinds }).notNull(),
    inService: boolean('in_service').notNull(),
    // Nulls here would make devices look offline for ever: both have a default and bounds.
    intervalSeconds: integer('interval_seconds').notNull().default(60),
    allowedMisses: integer('allowed_misses').notNull().default(3),
    lastHeartbeatAt: instant('last_heartbeat_at'),
    onlineUntil: instant('online_until').notNull().default(sql`'-infinity'`),
    // Whether its history says that it is silent. A device without heartbeats is not expected to send any.
    silenceNoted: boolean('silence_noted').notNull().default(true),
  },
  (table) => [
    check(
      'device_heartbeat_cadence',
      sql`${table.intervalSeconds} between 5 and 3600 and ${table.allowedMisses} between 1 and 20`,
    ),
    check(
      'device_heartbeat_online_until',
      sql`${table.onlineUntil} = coalesce(${table.lastHeartbeatAt}
        + make_interval(secs => ${table.intervalSeconds} * ${table.allowedMisses}), '-infinity')`,
    ),
    check('device_heartbeat_silence_noted', sql`${table.silenceNoted} or ${table.onlineUntil} > '-infinity'`),
    check('device_heartbeat_district', sql`${table.districtCode} = left(${table.divisionCode}, 6)`),
  ],
);

/** The history of a device's status; rows are appended, never changed. */
export const deviceStatusChange = pgTable(
  'device_status_change',
  {
    deviceId: uuid('device_id')
      .notNull()
      .references(() => securityDevice.id, { onDelete: 'cascade' }),
    // Whole seconds, as in cursors.
    at: timestamp('at', { withTimezone: true, mode: 'string', precision: 0 }).notNull(),
    status: text('status', { enum: deviceStatuses }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.deviceId, table.at] }),
    // Rows are appended in the order of time, and deleted by whole months.
    index('device_status_change_at').using('brin', table.at),
    oneOf('device_status_change_status', table.status, deviceStatuses),
  ],
);

/** How many devices are at or anywhere below a platform, maintained by the triggers of security_device. */
export const platformDeviceCount = pgTable(
  'platform_device_count',
  {
    platformId: uuid('platform_id')
      .notNull()
      .references(() => monitoringPlatform.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: deviceKinds }).notNull(),
    condition: text('condition', { enum: deviceConditions }).notNull(),
    count: integer('count').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.platformId, table.kind, table.condition] }),
    check('platform_device_count_count', sql`${table.count} >= 0`),
  ],
);

export type SecurityDevice = typeof securityDevice.$inferSelect;
export type DeviceStatusChange = typeof deviceStatusChange.$inferSelect;
export type DeviceKind = (typeof deviceKinds)[number];
export type DeviceStatus = (typeof deviceStatuses)[number];
