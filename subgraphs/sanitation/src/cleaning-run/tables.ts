// Runs of the six-step method and their steps, whose order a trigger enforces; the days on which roads were flushed.
import { divisionCode, homeChecks, id, instant, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import {
  check,
  customType,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { road } from '../road/tables.ts';
import { sanitationCrew } from '../sanitation-crew/tables.ts';
import { sanitationVehicle } from '../sanitation-vehicle/tables.ts';

export const cleaningRunStatuses = ['OPEN', 'COMPLETED', 'ABANDONED'] as const;
/** In the order of the method. */
export const cleaningStepKinds = ['VACUUM', 'FLUSH', 'SUCTION', 'SCRUB', 'SWEEP', 'MANUAL'] as const;
export const cleaningStepStatuses = ['PENDING', 'IN_PROGRESS', 'COMPLETED'] as const;

export const cleaningRun = pgTable(
  'cleaning_run',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    roadId: uuid('road_id')
      .notNull()
      .references(() => road.id),
    day: date('day', { mode: 'string' }).notNull(),
    status: text('status', { enum: cleaningRunStatuses }).notNull(),
    startedAt: instant('started_at').notNull(),
    completedAt: instant('completed_at'),
    abandonedAt: instant('abandoned_at'),
    abandonReason: text('abandon_reason'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('cleaning_run', table),
    oneOf('cleaning_run_status', table.status, cleaningRunStatuses),
    check(
      'cleaning_run_completed',
      sql`(${table.completedAt} is not null) = (${table.status} = 'COMPLETED') and ${table.completedAt} >= ${table.startedAt}`,
    ),
    check(
      'cleaning_run_abandoned',
      sql`(${table.abandonedAt} is not null) = (${table.status} = 'ABANDONED') and (${table.abandonReason} is not null) = (${table.status} = 'ABANDONED')
      and ${table.abandonedAt} >= ${table.startedAt} and length(btrim(${table.abandonReason})) between 1 and 500`,
    ),
    uniqueIndex('cleaning_run_road').on(table.roadId, table.day, table.startedAt, table.id),
    uniqueIndex('cleaning_run_one_open').on(table.roadId).where(sql`status = 'OPEN'`),
  ],
);

export const cleaningStep = pgTable(
  'cleaning_step',
  {
    runId: uuid('run_id')
      .notNull()
      .references(() => cleaningRun.id),
    ordinal: smallint('ordinal').notNull(),
    kind: text('kind', { enum: cleaningStepKinds }).notNull(),
    status: text('status', { enum: cleaningStepStatuses }).notNull(),
    startedAt: instant('started_at'),
    completedAt: instant('completed_at'),
    vehicleId: uuid('vehicle_id').references(() => sanitationVehicle.id),
    crewId: uuid('crew_id').references(() => sanitationCrew.id),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.ordinal] }),
    check(
      'cleaning_step_order',
      sql`${table.kind} = (array['VACUUM', 'FLUSH', 'SUCTION', 'SCRUB', 'SWEEP', 'MANUAL'])[${table.ordinal}]`,
    ),
    oneOf('cleaning_step_status', table.status, cleaningStepStatuses),
    check(
      'cleaning_step_times',
      sql`(${table.startedAt} is not null) = (${table.status} <> 'PENDING')
      and (${table.completedAt} is not null) = (${table.status} = 'COMPLETED') and ${table.completedAt} >= ${table.startedAt}`,
    ),
    index('cleaning_step_vehicle').on(table.vehicleId),
    index('cleaning_step_crew').on(table.crewId),
  ],
);

/** Maintained by a trigger on cleaning_step: one row per day on which a road's FLUSH step was completed. */
export const roadFlush = pgTable(
  'road_flush',
  {
    roadId: uuid('road_id')
      .notNull()
      .references(() => road.id),
    day: date('day', { mode: 'string' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.roadId, table.day] })],
);

/** How many roads, by ordinal, one row covers. */
const roadsPerBlock = 512;

const bits = customType<{ data: string }>({ dataType: () => `bit(${roadsPerBlock})` });

/**
 * Maintained by a trigger on road_flush: one bit per road of a district that was flushed on a day, in a month or in
 * a year. A period is covered by a few of these rows, and their union counts each road once.
 */
export const roadFlushRollup = pgTable(
  'road_flush_rollup',
  {
    districtCode: divisionCode('district_code').notNull(),
    grain: text('grain', { enum: ['DAY', 'MONTH', 'YEAR'] }).notNull(),
    start: date('start', { mode: 'string' }).notNull(),
    block: integer('block').notNull(),
    // As in rollup: concurrent writers add to different slots.
    slot: smallint('slot').notNull(),
    roads: bits('roads').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.districtCode, table.grain, table.start, table.block, table.slot] }),
    oneOf('road_flush_rollup_grain', table.grain, ['DAY', 'MONTH', 'YEAR']),
  ],
);

export type CleaningRun = typeof cleaningRun.$inferSelect;
export type CleaningStep = typeof cleaningStep.$inferSelect;
