// The rollup metrics of sanitation, named as in the fact functions of the migrations, and counts of distinct roads.

import { checkPeriod, type DateRange, instantsOf } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import { registeredTree } from '@district-graph/kit/divisions/division-register';
import { districtCodeOf } from '@district-graph/kit/divisions/divisions';
import { levelOf } from '@district-graph/kit/pagination/pages';
import { coverPeriod } from '@district-graph/kit/rollups/rollups';
import type { cleaningStepKinds } from '../cleaning-run/tables.ts';

export const trendMetrics = {
  BLIND_SPOTS_REPORTED: ['blind_spots_reported'],
  BLIND_SPOTS_CLEARED: ['blind_spots_cleared'],
  VEHICLE_DISPATCHES: ['dispatches:CLEANING', 'dispatches:CAMPAIGN', 'dispatches:EMERGENCY_SUPPORT'],
  CLEANING_RUNS_COMPLETED: ['cleaning_runs_completed'],
  INSPECTIONS: ['inspections'],
  VIOLATIONS: ['violations'],
} as const;

/**
 * Roads flushed in the period, each counted once: not a sum over days, but the union of the bits that
 * road_flush_rollup has for a few days, months and years of each district. Inside a district, the few roads of the
 * division look up their own bits.
 */
export const countRoadsFlushed = (sql: Sql, codes: readonly string[], period: DateRange) => {
  const ranges = coverPeriod(checkPeriod(period));
  const parts = codes.flatMap((code) => districtsOf(code).map((district) => ({ code, district })));
  return sql<{ code: string; count: number }[]>`
    select k.code, sum(case when length(k.code) = 6 then bit_count(f.roads) else (
      select count(*) from road r
      where r.division_code >= k.code and r.division_code < prefix_end(k.code)
        and r.ordinal / 512 = f.block and get_bit(f.roads, r.ordinal % 512) = 1
    ) end)::integer as count
    from unnest(${parts.map(({ code }) => code)}::text[], ${parts.map(({ district }) => district)}::text[]) k(code, district)
    cross join lateral (
      select c.block, bit_or(c.roads) as roads
      from unnest(${ranges.map(({ grain }) => grain)}::text[], ${ranges.map(({ from }) => from)}::date[],
        ${ranges.map(({ to }) => to)}::date[]) w(grain, first_day, last_day)
      cross join lateral (
        select b.block, b.roads from road_flush_rollup b
        where b.district_code = k.district and b.grain = w.grain and b.start between w.first_day and w.last_day
        offset 0
      ) c
      group by c.block
    ) f
    group by k.code`;
};

/** The six-digit codes at or below which everything inside a division is recorded. */
const districtsOf = (code: string): string[] =>
  levelOf(code) === 'CITY' ? [code, ...registeredTree().childrenOf(code)] : [districtCodeOf(code)];

// Records registered for a division above, which make a count inside it unknown.
export const activeCrews = (sql: Sql) => sql`and r.disbanded_on is null`;
export const vehiclesOnDuty = (sql: Sql) => sql`and r.on_duty`;
export const dispatchesOf = (sql: Sql, period: DateRange) => {
  const { start, end } = instantsOf(period);
  return sql`and r.departed_at >= ${start} and r.departed_at < ${end}`;
};
/** Condition on alerts: a team belongs to the division that issued its alert. */
export const alertsWithTeamsOf = (sql: Sql, { from, to }: DateRange) => sql`and exists (
  select from inspection_team t where t.alert_id = r.id and t.sent_on between ${from} and ${to})`;
export const campaignsOf = (sql: Sql, { from, to }: DateRange) =>
  sql`and r.started_on between ${from} and ${to}`;

/** The completed steps, in order, of one completed run inside each division; roads are probed until one is found. */
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
