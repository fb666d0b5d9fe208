// Reads rollups (the table `rollup`, also shown by the view `tally`): sums by division and metric, current or over periods, in one statement for all sums that a request needs at the same time.
import {
  addDays,
  checkPeriod,
  type DateRange,
  intervalStart,
  nextInterval,
  type TrendInterval,
} from '../calendar.ts';
import type { Sql } from '../database/database.ts';
import { badInput } from '../errors.ts';
import { defineLoader, type SubgraphContext } from '../loaders.ts';

export interface RollupRange {
  grain: 'DAY' | 'MONTH' | 'YEAR';
  from: string;
  to: string;
}

/** Covers a period with whole years, whole months and single days: at most five ranges, however long it is. */
export function coverPeriod({ from, to }: DateRange): RollupRange[] {
  return cover(from, addDays(to, 1), ['YEAR', 'MONTH', 'DAY']);
}

function cover(from: string, end: string, grains: RollupRange['grain'][]): RollupRange[] {
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

/** Amounts by metric; a metric whose amount is zero has no entry. */
export type Sums = Record<string, number>;

/** Sums by division and metric: `sums.get(code)?.[metric] ?? 0`. */
export type RollupSums = Map<string, Sums>;

/** The amounts of one interval. Concurrent writers leave several cells of the same interval, in different slots. */
interface Cell {
  /** The first day. */
  start: string;
  amounts: Sums;
}

interface CellRange {
  grain: RollupRange['grain'] | 'STOCK';
  from: string;
  to: string;
}

/** The cell of current amounts. */
const stock: CellRange = { grain: 'STOCK', from: '0001-01-01', to: '0001-01-01' };

/** A range of one division as the key of a loader. Sorting the keys sorts the ranges. */
const keyOf = (code: string, { grain, from, to }: CellRange): string => `${code} ${grain} ${from} ${to}`;

const rangeOf = (key: string): CellRange & { code: string } => {
  const [code = '', grain, from = '', to = ''] = key.split(' ');
  return { code, grain: grain as CellRange['grain'], from, to };
};

/** The cells of each range. Overlapping ranges are read as one. */
const cellsByRange = defineLoader<string, Cell[]>(async (sql, keys) => {
  const merged: (CellRange & { code: string; cells: Cell[] })[] = [];
  const mergedOf = new Map<string, (typeof merged)[number]>();
  for (const key of keys.toSorted()) {
    const range = rangeOf(key);
    let last = merged.at(-1);
    if (last?.code !== range.code || last.grain !== range.grain || last.to < range.from) {
      last = { ...range, cells: [] };
      merged.push(last);
    } else if (last.to < range.to) last.to = range.to;
    mergedOf.set(key, last);
  }
  for (const { position, ...cell } of await findCells(sql, merged)) merged[position - 1]?.cells.push(cell);
  return keys.map((key) => {
    const { from, to } = rangeOf(key);
    const whole = mergedOf.get(key);
    if (whole?.from === from && whole.to === to) return whole.cells;
    return whole?.cells.filter(({ start }) => from <= start && start <= to) ?? [];
  });
});

/** `offset 0` makes the ranges the outer loop: each is one range scan of the index, whatever number of them the planner expects. */
const findCells = (sql: Sql, ranges: readonly (CellRange & { code: string })[]) => sql<
  (Cell & { position: number })[]
>`
  select w.position::integer, c.start, c.amounts
  from unnest(${ranges.map(({ code }) => code)}::text[], ${ranges.map(({ grain }) => grain)}::text[],
    ${ranges.map(({ from }) => from)}::date[], ${ranges.map(({ to }) => to)}::date[])
    with ordinality w(code, grain, first_day, last_day, position)
  cross join lateral (
    select r.start, r.amounts from rollup r
    where r.division_code = w.code and r.grain = w.grain and r.start between w.first_day and w.last_day
    offset 0
  ) c`;

async function readCells(
  context: SubgraphContext,
  code: string,
  ranges: readonly CellRange[],
): Promise<Cell[]> {
  const cells = await Promise.all(ranges.map((range) => cellsByRange(context).load(keyOf(code, range))));
  return cells.flat();
}

function addUp(cells: readonly Cell[]): Sums {
  const [first] = cells;
  if (first && cells.length === 1) return first.amounts;
  const sums: Sums = {};
  for (const { amounts } of cells)
    for (const metric in amounts) sums[metric] = (sums[metric] ?? 0) + (amounts[metric] ?? 0);
  return sums;
}

async function readSums(
  context: SubgraphContext,
  codes: readonly string[],
  ranges: readonly CellRange[],
): Promise<RollupSums> {
  const sums = codes.map(async (code) => [code, addUp(await readCells(context, code, ranges))] as const);
  return new Map(await Promise.all(sums));
}

/** Current amounts. */
export const readStock = (context: SubgraphContext, codes: readonly string[]): Promise<RollupSums> =>
  readSums(context, codes, [stock]);

/** Amounts of a period, both days included. */
export const readFlows = (
  context: SubgraphContext,
  codes: readonly string[],
  period: DateRange,
): Promise<RollupSums> => readSums(context, codes, coverPeriod(checkPeriod(period)));

/** Amounts of each month by its first day; a month without any has no entry. The period has to consist of whole months. */
export async function readMonths(
  context: SubgraphContext,
  codes: readonly string[],
  { from, to }: DateRange,
): Promise<Map<string, RollupSums>> {
  const months = new Map<string, RollupSums>();
  await Promise.all(
    codes.map(async (code) => {
      const cells = await readCells(context, code, [{ grain: 'MONTH', from, to }]);
      for (const [start, ofMonth] of Map.groupBy(cells, (cell) => cell.start)) {
        const sums = months.get(start) ?? new Map<string, Sums>();
        sums.set(code, addUp(ofMonth));
        months.set(start, sums);
      }
    }),
  );
  return months;
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

/** A point of a series. */
export interface TrendPoint {
  start: string;
  value: number;
}

/**
 * A series of the sum of metrics for each division: one point for each interval, zeros included, in the order of time. The first and
 * last point count only the days inside the period.
 */
export async function readTrend(
  context: SubgraphContext,
  codes: readonly string[],
  metrics: readonly string[],
  { period, interval }: TrendArgs,
): Promise<TrendPoint[][]> {
  const starts = trendStarts({ period, interval });
  const ranges = trendRanges(starts, { period, interval });
  const position = new Map(starts.map((start, index) => [start, index]));
  return Promise.all(
    codes.map(async (code) => {
      const points = starts.map((start): TrendPoint => ({ start, value: 0 }));
      for (const { start, amounts } of await readCells(context, code, ranges)) {
        const point = points[position.get(intervalStart(start, interval)) ?? -1];
        if (point) for (const metric of metrics) point.value += amounts[metric] ?? 0;
      }
      return points;
    }),
  );
}

/** The ranges of all points; adjacent ranges of one grain are joined. */
function trendRanges(starts: readonly string[], { period, interval }: TrendArgs): RollupRange[] {
  // No week contains a month.
  if (interval === 'DAY' || interval === 'WEEK') return [{ grain: 'DAY', ...period }];
  const ranges = new Map<RollupRange['grain'], RollupRange[]>();
  for (const start of starts) {
    const from = start < period.from ? period.from : start;
    const last = addDays(nextInterval(start, interval), -1);
    for (const range of coverPeriod({ from, to: last > period.to ? period.to : last })) {
      const ofGrain = ranges.get(range.grain) ?? [];
      ranges.set(range.grain, ofGrain);
      const before = ofGrain.at(-1);
      if (before && addDays(before.to, 1) === range.from) before.to = range.to;
      else ofGrain.push(range);
    }
  }
  return [...ranges.values()].flat();
}
