// Aggregates: what rows count, grouped by a dimension of their own, by time and by division. They are read from rollups, never from rows.

import { addDays, checkPeriod, type DateRange, nextInterval, type TrendInterval } from '../calendar.ts';
import { checkRegistered, registeredInside } from '../divisions/division-register.ts';
import { cityCode, type DivisionLevel } from '../divisions/divisions.ts';
import { badInput } from '../errors.ts';
import type { Resolver, SubgraphContext } from '../loaders.ts';
import { trendStarts } from '../rollups/rollups.ts';
import type { Figure, FigureSource } from './figures.ts';
import { analyses, type DivisionOf, referenceOf } from './rankings.ts';

/** A dimension of the rows themselves, such as their kind. */
interface OwnDimension {
  /** The field of a group with its value. */
  field: string;
  values: readonly (string | number)[];
  /** The sources of the measures of one value, by field of a group; a measure that it does not have is not counted by this dimension. */
  measuresOf: (value: string | number) => Readonly<Record<string, FigureSource>>;
}

interface Aggregate {
  /** The dimensions of the rows, by the value of the enum. A request groups by one of them at most. */
  dimensions: Readonly<Record<string, OwnDimension>>;
  /** The sources of the measures of all rows, by field of a group. */
  total: Readonly<Record<string, FigureSource>>;
}

interface AggregateArgs {
  within?: string | null;
  /** Of rows that are counted over time. */
  period?: DateRange;
  groupBy: readonly string[];
}

const intervals: readonly string[] = ['MONTH', 'QUARTER', 'YEAR'] satisfies TrendInterval[];
const levels: readonly string[] = ['DISTRICT', 'SUBDISTRICT', 'COMMUNITY'] satisfies DivisionLevel[];

const maxGroups = 1000;
const maxAnalystGroups = 10_000;

/** The values of one dimension; a request that does not group by it has a single one, null. */
interface Axes {
  own: readonly { dimension: OwnDimension; value: string | number }[] | [null];
  parts: readonly { start: string; part: DateRange }[] | [null];
  codes: readonly string[];
}

/** The only requested dimension among those named. Throws badInput for two of them. */
function oneOf(groupBy: readonly string[], names: readonly string[]): string | null {
  const [first, ...more] = groupBy.filter((name) => names.includes(name));
  if (more.length === 0) return first ?? null;
  throw badInput(
    'groupBy',
    { zh: `至多其一：${names.join('、')}`, en: `at most one of ${names.join(', ')}` },
    groupBy.join(', '),
  );
}

/** The intervals of the period, each with its days inside it. */
function partsOf(period: DateRange, interval: TrendInterval): { start: string; part: DateRange }[] {
  return trendStarts({ period, interval }).map((start) => {
    const last = addDays(nextInterval(start, interval), -1);
    const part = { from: start < period.from ? period.from : start, to: last > period.to ? period.to : last };
    return { start, part };
  });
}

function axesOf(aggregate: Aggregate, { groupBy, within, period }: AggregateArgs): Axes {
  const whole = within ?? cityCode;
  checkRegistered('within', whole);
  const own = oneOf(groupBy, Object.keys(aggregate.dimensions));
  const interval = oneOf(groupBy, intervals);
  const level = oneOf(groupBy, levels);
  const dimension = own === null ? null : (aggregate.dimensions[own] as OwnDimension);
  return {
    own: dimension ? dimension.values.map((value) => ({ dimension, value })) : [null],
    parts: interval && period ? partsOf(period, interval as TrendInterval) : [null],
    codes: level ? registeredInside(whole, level as DivisionLevel) : [whole],
  };
}

/** Throws badInput for more groups than the viewer gets at once. */
function checkGroups({ own, parts, codes }: Axes, isInBulk: boolean): void {
  const count = own.length * parts.length * codes.length;
  const most = isInBulk ? maxAnalystGroups : maxGroups;
  if (count > most)
    throw badInput(
      'groupBy',
      {
        zh: `至多 ${most} 组，请缩小区划、期间或维度`,
        en: `at most ${most} groups: fewer divisions, a shorter period or fewer dimensions`,
      },
      count,
    );
}

type Group = Record<string, unknown>;

async function groupOf(
  measures: Readonly<Record<string, FigureSource>>,
  { context, code, period }: { context: SubgraphContext; code: string; period: DateRange | null },
): Promise<{ figures: Record<string, Figure>; isEmpty: boolean }> {
  const names = Object.keys(measures);
  const read = await Promise.all(
    names.map((name) => (measures[name] as FigureSource)(context, code, period)),
  );
  return {
    figures: Object.fromEntries(names.map((name, index) => [name, read[index] as Figure])),
    isEmpty: read.every(({ value }) => value === 0),
  };
}

/**
 * The root field with the aggregates of one kind of rows, in the order of divisions, then time, then values. Groups in which every measure is
 * zero are left out; withheld ones are not, because they may be zero.
 */
export const aggregateField =
  (aggregate: Aggregate, divisionOf: DivisionOf = referenceOf): Resolver =>
  async (_root, args: AggregateArgs, context: SubgraphContext): Promise<Group[]> => {
    const period = args.period ? checkPeriod(args.period) : null;
    const axes = axesOf(aggregate, args);
    checkGroups(axes, analyses(context, args.within));
    const isByDivision = args.groupBy.some((name) => levels.includes(name));
    const cells = axes.codes.flatMap((code) =>
      axes.parts.flatMap((part) => axes.own.map((own) => ({ code, part, own }))),
    );
    const groups = await Promise.all(
      cells.map(async ({ code, part, own }): Promise<Group | null> => {
        const measures = own ? own.dimension.measuresOf(own.value) : aggregate.total;
        const { figures, isEmpty } = await groupOf(measures, { context, code, period: part?.part ?? period });
        if (isEmpty) return null;
        const withheld = Object.values(figures).find(({ unavailable }) => unavailable !== null);
        return {
          ...Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value])),
          ...(own ? { [own.dimension.field]: own.value } : {}),
          start: part?.start ?? null,
          division: isByDivision ? divisionOf(code, context) : null,
          unavailable: withheld?.unavailable ?? null,
        };
      }),
    );
    return groups.filter((group) => group !== null);
  };
