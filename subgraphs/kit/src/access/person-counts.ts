// Counts of persons by who asks: exact inside the divisions of who has person-count:exact, small ones withheld from anyone else.
import { addDays, checkPeriod, type DateRange, intervalStart, nextInterval } from '../calendar.ts';
import { pathOf } from '../divisions/divisions.ts';
import { registeredTree } from '../divisions/register.ts';
import type { Scope } from '../identity/roles.ts';
import { hasPermission, type Viewer } from '../identity/viewer.ts';
import { defineLoader, type Resolver, type SubgraphContext } from '../loaders.ts';
import { defineTrend, flowsByDivision, stockByDivision } from '../rollups/overview-loaders.ts';
import { type RollupSums, readMonths, readStock, type TrendArgs, trendStarts } from '../rollups/rollups.ts';
import { type CountFamily, SmallCounts } from './small-counts.ts';

/** Amounts by metric: null is withheld, no entry is none. */
export type DisclosedCounts = Record<string, number | null>;

/** The sum of the metrics; null where one of them is withheld, so that a sum never tells more than its parts. */
export const disclosedSum = (told: DisclosedCounts, ...metrics: readonly string[]): number | null =>
  metrics.reduce<number | null>((total, metric) => {
    const amount = told[metric] === undefined ? 0 : told[metric];
    return total === null || amount === null ? null : total + amount;
  }, 0);

/** Whether the viewer sees the exact number, however small. */
export const countsExactly = (viewer: Viewer, code: string): boolean =>
  hasPermission(viewer, 'person-count:exact', code);

const metricsOf = ({ counts, carried = [] }: CountFamily): string[] => [...counts, ...carried];

const familiesOf = (families: readonly CountFamily[], metrics: readonly string[]): CountFamily[] =>
  families.filter((family) => metricsOf(family).some((metric) => metrics.includes(metric)));

/** The codes, what lies above them, and everything beside either. */
function besideAll(codes: readonly string[]): string[] {
  const { childrenOf } = registeredTree();
  const beside = new Set<string>();
  const parents = new Set(codes.flatMap((code) => pathOf(code).slice(0, -1)));
  for (const code of codes) beside.add(pathOf(code)[0] ?? code);
  for (const parent of parents) for (const child of childrenOf(parent)) beside.add(child);
  return [...beside];
}

/** Where a masked record does not say that it lies: a count there, zero or withheld, would say it. */
const isBelowSubdistrict = (code: string): boolean => code.length > 9;

/** What is told of each of the codes, by the sums of all that lies beside them. */
function disclosedCounts(
  families: readonly CountFamily[],
  sums: RollupSums,
): (code: string) => DisclosedCounts {
  const judged = families.map((family) => ({
    family,
    metrics: metricsOf(family),
    cells: new SmallCounts(family, registeredTree(), (code, metric) => sums.get(code)?.[metric] ?? 0),
  }));
  return (code) => {
    const told: DisclosedCounts = {};
    for (const { family, metrics, cells } of judged) {
      const isTold = !(family.isMasked && isBelowSubdistrict(code)) && cells.isDisclosed(code);
      for (const metric of metrics) told[metric] = isTold ? (sums.get(code)?.[metric] ?? 0) : null;
    }
    return told;
  };
}

/** Counts that are true now: exact, or with the small ones withheld. */
export function definePersonStock(families: readonly CountFamily[]) {
  const guarded = defineLoader<string, DisclosedCounts>(async (_sql, codes, _args, context) =>
    codes.map(disclosedCounts(families, await readStock(context, besideAll(codes)))),
  );
  return (context: SubgraphContext, code: string): Promise<DisclosedCounts> =>
    (countsExactly(context.viewer, code) ? stockByDivision(context) : guarded(context)).load(code);
}

/**
 * Whether the period is made of whole months that are over. Months are the cells of what is counted over time: a period
 * is told as the sum of its months, so that no two periods differ by less than a month that is told by itself.
 */
const isOfMonths = ({ from, to }: DateRange, today: string): boolean =>
  intervalStart(from, 'MONTH') === from &&
  intervalStart(addDays(to, 1), 'MONTH') === addDays(to, 1) &&
  to < intervalStart(today, 'MONTH');

/**
 * Whether counts of events are told that each may be one person's trouble. A masked record says its subdistrict and when it
 * was, so nothing finer is told: districts and the city for any days and for now (no period), subdistricts for whole months.
 */
export const disclosesEvents = (
  { viewer, today }: SubgraphContext,
  code: string,
  period: DateRange | null,
): boolean =>
  code.length <= 6 ||
  countsExactly(viewer, code) ||
  (!isBelowSubdistrict(code) && period !== null && isOfMonths(period, today));

const addCounts = (one: DisclosedCounts, other: DisclosedCounts): DisclosedCounts =>
  Object.fromEntries(
    Object.entries(one).map(([metric, amount]) => {
      const more = other[metric];
      return [metric, amount === null || more === null ? null : amount + (more ?? 0)];
    }),
  );

/** What is told of each code over a period, as a function of the period: any part of the one that is read. */
async function readDisclosedMonths(
  context: SubgraphContext,
  codes: readonly string[],
  families: readonly CountFamily[],
  period: DateRange,
): Promise<(code: string, part: DateRange) => DisclosedCounts> {
  const months = await readMonths(context, besideAll(codes), period);
  const tellNone = disclosedCounts(families, new Map());
  const tellMonth = [...months].map(([start, sums]) => ({ start, tell: disclosedCounts(families, sums) }));
  return (code, { from, to }) =>
    tellMonth
      .filter(({ start }) => from <= start && start <= to)
      .reduce((told, { tell }) => addCounts(told, tell(code)), tellNone(code));
}

const withholdAll = (families: readonly CountFamily[]): DisclosedCounts =>
  Object.fromEntries(families.flatMap(metricsOf).map((metric) => [metric, null]));

interface FlowArgs {
  metrics: readonly string[];
  period: DateRange;
}

/** Counts over a period, of the families that the metrics belong to. */
export function definePersonFlows(families: readonly CountFamily[]) {
  const guarded = defineLoader<string, DisclosedCounts, FlowArgs>(
    async (_sql, codes, { metrics, period }, context) => {
      const asked = familiesOf(families, metrics);
      if (!isOfMonths(checkPeriod(period), context.today)) return codes.map(() => withholdAll(asked));
      const tell = await readDisclosedMonths(context, codes, asked, period);
      return codes.map((code) => tell(code, period));
    },
  );
  return (context: SubgraphContext, args: FlowArgs, code: string): Promise<DisclosedCounts> =>
    (countsExactly(context.viewer, code)
      ? flowsByDivision(context, args.period)
      : guarded(context, args)
    ).load(code);
}

export interface DisclosedPoint {
  start: string;
  value: number | null;
}

/** The intervals of a series, each with its days inside the period. */
const trendParts = ({ period, interval }: TrendArgs): { start: string; part: DateRange }[] =>
  trendStarts({ period, interval }).map((start) => {
    const last = addDays(nextInterval(start, interval), -1);
    const from = start < period.from ? period.from : start;
    return { start, part: { from, to: last > period.to ? period.to : last } };
  });

/**
 * A series of the sum of metrics. Of persons: points of whole months that are over; the others are withheld. Of the metrics
 * that count events: what `tellsEvents` says.
 */
export function definePersonTrend<Name extends string>(
  metricsByName: Record<Name, readonly string[]>,
  families: readonly CountFamily[],
  eventMetrics: readonly string[] = [],
) {
  const exact = defineTrend(metricsByName);
  type Args = TrendArgs & { metric: Name };
  const events = async (context: SubgraphContext, args: Args, code: string): Promise<DisclosedPoint[]> => {
    const parts = trendParts(args).map(({ start, part }) => ({
      start,
      isTold: disclosesEvents(context, code, part),
    }));
    const points = parts.some(({ isTold }) => isTold) ? await exact(context, args).load(code) : [];
    return parts.map(({ start, isTold }, index) => ({
      start,
      value: isTold ? (points[index]?.value ?? 0) : null,
    }));
  };
  const guarded = defineLoader<string, DisclosedPoint[], Args>(
    async (_sql, codes, { metric, period, interval }, context) => {
      const metrics = metricsByName[metric];
      const points = trendParts({ period, interval }).map(({ start, part }) => ({
        start,
        part,
        isTold: isOfMonths(part, context.today),
      }));
      if (!points.some(({ isTold }) => isTold))
        return codes.map(() => points.map(({ start }) => ({ start, value: null })));
      const tell = await readDisclosedMonths(context, codes, familiesOf(families, metrics), period);
      return codes.map((code) =>
        points.map(({ start, part, isTold }) => ({
          start,
          value: isTold ? disclosedSum(tell(code, part), ...metrics) : null,
        })),
      );
    },
  );
  return (context: SubgraphContext, args: Args, code: string): Promise<DisclosedPoint[]> => {
    const metrics = metricsByName[args.metric];
    const isOfPersons = familiesOf(families, metrics).length > 0;
    if (isOfPersons && !countsExactly(context.viewer, code)) return guarded(context, args).load(code);
    const isOfEvents = code.length > 6 && metrics.some((metric) => eventMetrics.includes(metric));
    return isOfEvents ? events(context, args, code) : exact(context, args).load(code);
  };
}

/**
 * A count of persons that a row has: for who counts exactly in its division (or may do what `besides` says there) and who
 * has just written it. Anyone else is told the sums of such rows, so none of the rows, whatever its number.
 */
export const personCountOf =
  (field: string, besides: Scope = 'person-count:exact'): Resolver =>
  (row: Record<string, unknown> & { divisionCode: string }, _args, { viewer, ownedByViewer: own }) =>
    countsExactly(viewer, row.divisionCode) ||
    hasPermission(viewer, besides, row.divisionCode) ||
    own.has(row)
      ? row[field]
      : null;
