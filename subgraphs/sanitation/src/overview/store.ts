// The metrics that sanitation keeps tallies of (the words of the facts functions in the migrations), and distinct roads.
import { checkPeriod, type DateRange, instantsOf } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database';
import { blindSpotStatuses } from '../blind-spot/tables.ts';
import type { cleaningStepKinds } from '../cleaning-run/tables.ts';
import { pollutionCategories } from '../pollution-source/tables.ts';
import { vehicleKinds } from '../sanitation-vehicle/tables.ts';

export const stockMetrics = [
  'vehicles_on_duty',
  'workers_on_duty',
  'roads',
  'crews',
  'alerts',
  'campaigns',
  ...vehicleKinds.map((kind) => `vehicles:${kind}`),
  ...blindSpotStatuses.map((status) => `blind_spots:${status}`),
  ...pollutionCategories.map((category) => `pollution_sources:${category}`),
];

export const trendMetrics = {
  BLIND_SPOTS_REPORTED: ['blind_spots_reported'],
  BLIND_SPOTS_CLEARED: ['blind_spots_cleared'],
  VEHICLE_DISPATCHES: ['dispatches:CLEANING', 'dispatches:CAMPAIGN', 'dispatches:EMERGENCY_SUPPORT'],
  CLEANING_RUNS_COMPLETED: ['cleaning_runs_completed'],
  INSPECTIONS: ['inspections'],
  VIOLATIONS: ['violations'],
} as const;

/**
 * Roads flushed in the period, each counted once: no sum over days, so every road of the division is probed in the
 * index of road_flush. The cost is that of the division's roads, however long the period. `limit 1` keeps the probes:
 * written as `exists`, the statement is planned as a join that reads all of road_flush, for a single community too.
 */
export const countRoadsFlushed = (sql: Sql, codes: readonly string[], period: DateRange) => {
  const { from, to } = checkPeriod(period);
  return sql<{ code: string; count: number }[]>`
    select k.code, count(*) as count from unnest(${codes as string[]}::text[]) k(code)
    join road r on r.division_code >= division_prefix(k.code) and r.division_code < prefix_end(division_prefix(k.code))
    cross join lateral (
      select from road_flush f where f.road_id = r.id and f.day between ${from} and ${to} limit 1
    ) f
    group by k.code`;
};

// Which records of a division above leave a count inside it unknown.
export const activeCrews = (sql: Sql) => sql`and r.disbanded_on is null`;
export const vehiclesOnDuty = (sql: Sql) => sql`and r.on_duty`;
export const dispatchesOf = (sql: Sql, period: DateRange) => {
  const { start, end } = instantsOf(period);
  return sql`and r.departed_at >= ${start} and r.departed_at < ${end}`;
};
/** Of alerts: a team belongs to the division that issued its alert. */
export const alertsWithTeamsOf = (sql: Sql, { from, to }: DateRange) => sql`and exists (
  select from inspection_team t where t.alert_id = r.id and t.sent_on between ${from} and ${to})`;
export const campaignsOf = (sql: Sql, { from, to }: DateRange) =>
  sql`and r.started_on between ${from} and ${to}`;

/** The completed steps, in order, of a completed run inside each division that has one; roads are probed until it is found. */
export const findCleaningMethods = (sql: Sql, codes: readonly string[]) => sql<
  { code: string; steps: (typeof cleaningStepKinds)[number][] }[]
>`
  select k.code, array(
    select s.kind from cleaning_step s where s.run_id = run.id and s.status = 'COMPLETED' order by s.ordinal
  ) as steps
  from unnest(${codes as string[]}::text[]) k(code)
  cross join lateral (
    select c.id from road r
    cross join lateral (select id from cleaning_run c where c.road_id = r.id and c.status = 'COMPLETED' limit 1) c
    where r.division_code >= division_prefix(k.code) and r.division_code < prefix_end(division_prefix(k.code))
    limit 1
  ) run`;
