// Counts of persons: exact for viewers with person-count:exact in the division, with small counts withheld from all others.
import { addDays, checkPeriod, type DateRange, intervalStart, nextInterval } from '../calendar.ts';
import { registeredTree } from '../divisions/division-register.ts';
import { pathOf } from '../divisions/divisions.ts';
import type { Scope } from '../identity/roles.ts';
import { hasPermission, type Viewer } from '../identity/viewer.ts';
import { defineLoader, type Resolver, type SubgraphContext } from '../loaders.ts';
import { defineTrend, flowsByDivision, stockByDivision } from '../rollups/overview-loaders.ts';
import { type RollupSums, readMonths, readStock, type TrendArgs, trendStarts } from '../rollups/rollups.ts';
import { type CountFamily, SmallCounts } from './small-counts.ts';

/** Amounts by metric: null is withheld, a missing entry is zero. */
export type DisclosedCounts = Record<string, number | null>;

/** The sum of the metrics; null where one of them is withheld, so that a sum never discloses more than its parts. */
export const disclosedSum = (disclosed: DisclosedCounts, ...metrics: readonly string[]): number | null =>
  metrics.reduce<number | null>((total, metric) => {
    const amount = disclosed[metric] === undefined ? 0 : disclosed[metric];
    return total === null || amount === null ? null : total + amount;
  }, 0);

/** Whether the viewer sees exact numbers in the division, however small. */
export const countsExactly = (viewer: Viewer, code: string): boolean =>
  hasPermission(viewer, 'person-count:exact', code);

const metricsOf = ({ counts, derived = [] }: CountFamily): string[] => [...counts, ...derived];

const familiesOf = (families: readonly CountFamily[], metrics: readonly string[]): CountFamily[] =>
  families.filter((family) => metricsOf(family).some((metric) => metrics.includes(metric)));

/** The codes, their ancestors, and the siblings of both. */
function withSiblings(codes: readonly string[]): string[] {
  const { childrenOf } = registeredTree();
  const siblings = new Set<string>();
  const parents = new Set(codes.flatMap((code) => pathOf(code).slice(0, -1)));
  for (const code of codes) siblings.add(pathOf(code)[0] ?? code);
  for (const parent of parents) for (const child of childrenOf(parent)) siblings.add(child);
  return [...siblings];
}

/** A masked record does not disclose its community; a count there, zero or withheld, would. */
const isBelowSubdistrict = (code: string): boolean => code.length > 9;

/** The disclosed counts of a division, by the sums of all that must be weighed with it. */
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
    const disclosed: DisclosedCounts = {};
    for (const { family, metrics, cells } of judged) {
      const isDisclosed = !(family.isMasked && isBelowSubdistrict(code)) && cells.isDisclosed(code);
      for (const metric of metrics) disclosed[metric] = isDisclosed ? (sums.get(code)?.[metric] ?? 0) : null;
    }
    return disclosed;
  };
}

/** Current counts: exact, or with the small ones withheld. */
export function definePersonStock(families: readonly CountFamily[]) {
  const withheldIfSmall = defineLoader<string, DisclosedCounts>(async (_sql, codes, _args, context) =>
    codes.map(disclosedCounts(families, await readStock(context, withSiblings(codes)))),
  );
  return (context: SubgraphContext, code: string): Promise<DisclosedCounts> =>
    (countsExactly(context.viewer, code) ? stockByDivision(context) : withheldIfSmall(context)).load(code);
}

/**
 * Whether the period consists of whole months that are over. Months are the smallest cells of counts over time: a period
 * is disclosed as the sum of its months, so that no two periods differ by less than a month that is disclosed by itself.
 */
const isWholeMonths = ({ from, to }: DateRange, today: string): boolean =>
  intervalStart(from, 'MONTH') === from &&
  intervalStart(addDays(to, 1), 'MONTH') === addDays(to, 1) &&
  to < intervalStart(today, 'MONTH');

/**
 * Whether counts of events are disclosed, each of which may concern one person. A masked record discloses its subdistrict and its
 * time, so counts are no finer: for districts and the city over any days and for now (no period), for subdistricts over whole months.
 */
export const disclosesEvents = (
  { viewer, today }: SubgraphContext,
  code: string,
  period: DateRange | null,
): boolean =>
  code.length <= 6 ||
  countsExactly(viewer, code) ||
  (!isBelowSubdistrict(code) && period !== null && isWholeMonths(period, today));

/** Why a figure has no value. */
export type UnavailableReason =
  | 'SMALL_COUNT'
  | 'PERIOD_NOT_WHOLE_MONTHS'
  | 'LEVEL_NOT_PUBLISHED'
  | 'RECORDED_ABOVE'
  | 'NO_DENOMINATOR'
  | 'NO_VALUE';

/**
 * Why a count of persons or events is withheld from everyone without person-count:exact, by what is public: its level, its period and
 * whether its masked records show their subdistrict only.
 */
export function withheldBecause(
  { today }: SubgraphContext,
  code: string,
  { period, isMasked }: { period: DateRange | null; isMasked: boolean },
): UnavailableReason {
  if (isMasked && isBelowSubdistrict(code)) return 'LEVEL_NOT_PUBLISHED';
  return period === null || isWholeMonths(period, today) ? 'SMALL_COUNT' : 'PERIOD_NOT_WHOLE_MONTHS';
}

const addCounts = (one: DisclosedCounts, other: DisclosedCounts): DisclosedCounts =>
  Object.fromEntries(
    Object.entries(one).map(([metric, amount]) => {
      const more = other[metric];
      return [metric, amount === null || more === null ? null : amount + (more ?? 0)];
    }),
  );

/** The disclosed counts of a division over any part of the period, which is read once. */
async function readDisclosedMonths(
  context: SubgraphContext,
  codes: readonly string[],
  families: readonly CountFamily[],
  period: DateRange,
): Promise<(code: string, part: DateRange) => DisclosedCounts> {
  const months = await readMonths(context, withSiblings(codes), period);
  const ofNone = disclosedCounts(families, new Map());
  const ofMonths = [...months].map(([start, sums]) => ({ start, countsOf: disclosedCounts(families, sums) }));
  return (code, { from, to }) =>
    ofMonths
      .filter(({ start }) => from <= start && start <= to)
      .reduce((total, { countsOf }) => addCounts(total, countsOf(code)), ofNone(code));
}

const withholdAll = (families: readonly CountFamily[]): DisclosedCounts =>
  Object.fromEntries(families.flatMap(metricsOf).map((metric) => [metric, null]));

interface FlowArgs {
  metrics: readonly string[];
  period: DateRange;
}

/** Counts over a period, of the families that the metrics belong to. */
export function definePersonFlows(families: readonly CountFamily[]) {
  const withheldIfSmall = defineLoader<string, DisclosedCounts, FlowArgs>(
    async (_sql, codes, { metrics, period }, context) => {
      const requested = familiesOf(families, metrics);
      if (!isWholeMonths(checkPeriod(period), context.today)) return codes.map(() => withholdAll(requested));
      const countsOf = await readDisclosedMonths(context, codes, requested, period);
      return codes.map((code) => countsOf(code, period));
    },
  );
  return (context: SubgraphContext, args: FlowArgs, code: string): Promise<DisclosedCounts> =>
    (countsExactly(context.viewer, code)
      ? flowsByDivision(context, args.period)
      : withheldIfSmall(context, args)
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
 * A series of the sum of metrics. Of metrics that count persons, points of whole months that are over are disclosed, and the others
 * withheld. Of metrics that count events, the points that `disclosesEvents` allows.
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
      isDisclosed: disclosesEvents(context, code, part),
    }));
    const points = parts.some(({ isDisclosed }) => isDisclosed) ? await exact(context, args).load(code) : [];
    return parts.map(({ start, isDisclosed }, index) => ({
      start,
      value: isDisclosed ? (points[index]?.value ?? 0) : null,
    }));
  };
  const withheldIfSmall = defineLoader<string, DisclosedPoint[], Args>(
    async (_sql, codes, { metric, period, interval }, context) => {
      const metrics = metricsByName[metric];
      const points = trendParts({ period, interval }).map(({ start, part }) => ({
        start,
        part,
        isDisclosed: isWholeMonths(part, context.today),
      }));
      if (!points.some(({ isDisclosed }) => isDisclosed))
        return codes.map(() => points.map(({ start }) => ({ start, value: null })));
      const countsOf = await readDisclosedMonths(context, codes, familiesOf(families, metrics), period);
      return codes.map((code) =>
        points.map(({ start, part, isDisclosed }) => ({
          start,
          value: isDisclosed ? disclosedSum(countsOf(code, part), ...metrics) : null,
        })),
      );
    },
  );
  return (context: SubgraphContext, args: Args, code: string): Promise<DisclosedPoint[]> => {
    const metrics = metricsByName[args.metric];
    const isOfPersons = familiesOf(families, metrics).length > 0;
    if (isOfPersons && !countsExactly(context.viewer, code)) return withheldIfSmall(context, args).load(code);
    const isOfEvents = code.length > 6 && metrics.some((metric) => eventMetrics.includes(metric));
    return isOfEvents ? events(context, args, code) : exact(context, args).load(code);
  };
}

/**
 * The resolver of a count of persons that a row has. It is disclosed to viewers with person-count:exact or the scope `besides` in the
 * row's division, and to the viewer that has just written it. All others see the sums of such rows, and therefore of no row, whatever its count.
 */
export const personCountOf =
  (field: string, besides: Scope = 'person-count:exact'): Resolver =>
  (row: Record<string, unknown> & { divisionCode: string }, _args, { viewer, ownedByViewer }) =>
    countsExactly(viewer, row.divisionCode) ||
    hasPermission(viewer, besides, row.divisionCode) ||
    ownedByViewer.has(row)
      ? row[field]
      : null;
