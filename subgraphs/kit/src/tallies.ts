// Reads tallies: sums for divisions and metrics, true now or over a period, in one statement however many there are.
import {
  addDays,
  checkPeriod,
  type DateRange,
  intervalStart,
  nextInterval,
  type TrendInterval,
} from './calendar.ts';
import type { Sql } from './database.ts';
import { badInput } from './errors.ts';

export interface TallyRange {
  grain: 'DAY' | 'MONTH' | 'YEAR';
  from: string;
  to: string;
}

/** Covers a period with whole years, whole months and single days: at most five ranges, however long it is. */
export function coverPeriod({ from, to }: DateRange): TallyRange[] {
  const end = addDays(to, 1);
  return cover(from, end, ['YEAR', 'MONTH', 'DAY']);
}

function cover(from: string, end: string, grains: TallyRange['grain'][]): TallyRange[] {
  const [grain, ...finer] = grains;
  if (from >= end || !grain) return [];
  if (grain === 'DAY') return [{ grain, from, to: addDays(end, -1) }];
  const first = intervalStart(from, grain) === from ? from : nextInterval(intervalStart(from, grain), grain);
  const last = intervalStart(end, grain);
  if (first >= last) return cover(from, end, finer);
  return [
    ...cover(from, first, finer),
    { grain, from: first, to: addDays(last, -1) },
    ...cover(last, end, finer),
  ];
}

/** Sums by division and metric: `sums.get(code)?.[metric] ?? 0`. */
export type TallySums = Map<string, Record<string, number>>;

/** Amounts that are true now. */
export async function readStock(
  sql: Sql,
  codes: readonly string[],
  metrics: readonly string[],
): Promise<TallySums> {
  const rows = await sql<{ divisionCode: string; metric: string; amount: number }[]>`
    select t.division_code, t.metric, sum(t.amount)::bigint as amount
    from unnest(${codes as string[]}::text[]) d(code)
    cross join unnest(${metrics as string[]}::text[]) m(metric)
    join tally t on t.division_code = d.code and t.metric = m.metric
      and t.grain = 'STOCK' and t.start = date '0001-01-01'
    group by 1, 2`;
  return sumsOf(rows);
}

/** Amounts of a period, both days included. */
export async function readFlows(
  sql: Sql,
  codes: readonly string[],
  metrics: readonly string[],
  period: DateRange,
): Promise<TallySums> {
  const ranges = coverPeriod(checkPeriod(period));
  const rows = await sql<{ divisionCode: string; metric: string; amount: number }[]>`
    select t.division_code, t.metric, sum(t.amount)::bigint as amount
    from unnest(${codes as string[]}::text[]) d(code)
    cross join unnest(${metrics as string[]}::text[]) m(metric)
    cross join unnest(${ranges.map((range) => range.grain)}::text[], ${ranges.map((range) => range.from)}::date[],
      ${ranges.map((range) => range.to)}::date[]) r(grain, first_day, last_day)
    join tally t on t.division_code = d.code and t.metric = m.metric
      and t.grain = r.grain and t.start between r.first_day and r.last_day
    group by 1, 2`;
  return sumsOf(rows);
}

/** Amounts of whole months by the first day of each; a month without any has no entry. The period is one of whole months. */
export async function readMonths(
  sql: Sql,
  codes: readonly string[],
  metrics: readonly string[],
  period: DateRange,
): Promise<Map<string, TallySums>> {
  const rows = await sql<{ divisionCode: string; metric: string; start: string; amount: number }[]>`
    select t.division_code, t.metric, t.start, sum(t.amount)::bigint as amount
    from unnest(${codes as string[]}::text[]) d(code)
    cross join unnest(${metrics as string[]}::text[]) m(metric)
    join tally t on t.division_code = d.code and t.metric = m.metric
      and t.grain = 'MONTH' and t.start between ${period.from} and ${period.to}
    group by 1, 2, 3`;
  const byMonth = new Map<string, (typeof rows)[number][]>();
  for (const row of rows) {
    const ofMonth = byMonth.get(row.start);
    if (ofMonth) ofMonth.push(row);
    else byMonth.set(row.start, [row]);
  }
  return new Map([...byMonth].map(([start, ofMonth]) => [start, sumsOf(ofMonth)]));
}

function sumsOf(rows: readonly { divisionCode: string; metric: string; amount: number }[]): TallySums {
  const sums: TallySums = new Map();
  for (const { divisionCode, metric, amount } of rows) {
    const ofDivision = sums.get(divisionCode) ?? {};
    ofDivision[metric] = amount;
    sums.set(divisionCode, ofDivision);
  }
  return sums;
}

export interface TrendArgs {
  period: DateRange;
  interval: TrendInterval;
}

const maxTrendPoints = 400;

/** The first days of the intervals of a series. */
export function trendStarts({ period, interval }: TrendArgs): string[] {
  checkPeriod(period);
  const starts: string[] = [];
  for (
    let start = intervalStart(period.from, interval);
    start <= period.to;
    start = nextInterval(start, interval)
  ) {
    starts.push(start);
    if (starts.length > maxTrendPoints) {
      const expected = {
        zh: `不超过 ${maxTrendPoints} 个间隔的区间`,
        en: `at most ${maxTrendPoints} intervals`,
      };
      throw badInput('period', expected, period);
    }
  }
  return starts;
}

/**
 * A series of several metrics for each division: one point an interval, also where nothing happened. The first and
 * last point count only the days inside the period. Points are in the order of time.
 */
export async function readTrend(
  sql: Sql,
  codes: readonly string[],
  metrics: readonly string[],
  { period, interval }: TrendArgs,
): Promise<Map<string, { start: string; sums: Record<string, number> }[]>> {
  const starts = trendStarts({ period, interval });
  const ranges = starts.flatMap((start) => {
    const from = start < period.from ? period.from : start;
    const last = addDays(nextInterval(start, interval), -1);
    return coverPeriod({ from, to: last > period.to ? period.to : last }).map((range) => ({
      start,
      ...range,
    }));
  });
  const rows = await sql<{ divisionCode: string; metric: string; start: string; amount: number }[]>`
    select t.division_code, t.metric, r.start, sum(t.amount)::bigint as amount
    from unnest(${codes as string[]}::text[]) d(code)
    cross join unnest(${metrics as string[]}::text[]) m(metric)
    cross join unnest(${ranges.map((range) => range.start)}::date[], ${ranges.map((range) => range.grain)}::text[],
      ${ranges.map((range) => range.from)}::date[], ${ranges.map((range) => range.to)}::date[])
      r(start, grain, first_day, last_day)
    join tally t on t.division_code = d.code and t.metric = m.metric
      and t.grain = r.grain and t.start between r.first_day and r.last_day
    group by 1, 2, 3`;
  const series = new Map(
    codes.map((code) => [code, starts.map((start) => ({ start, sums: {} as Record<string, number> }))]),
  );
  const position = new Map(starts.map((start, index) => [start, index]));
  for (const { divisionCode, metric, start, amount } of rows) {
    const point = series.get(divisionCode)?.[position.get(start) ?? -1];
    if (point) point.sums[metric] = amount;
  }
  return series;
}
