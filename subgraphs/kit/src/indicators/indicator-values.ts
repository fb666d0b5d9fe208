// Indicators of one subgraph: checks what is requested of them against the registry, and reads their values and those of another period.

import { indicators as registered } from '@district-graph/schema/indicators';
import { type Denominator, denominators, type Indicator } from '@district-graph/schema/indicators/indicator';
import { checkPeriod, type DateRange } from '../calendar.ts';
import { badInput } from '../errors.ts';
import type { Resolver, Resolvers, SubgraphContext } from '../loaders.ts';
import type { Overview } from '../rollups/overview-loaders.ts';
import { type ComparedPeriod, comparedPeriod } from './compared-period.ts';
import { type Figure, type FigureSource, ratio } from './figures.ts';

/** What is requested: an indicator, and what it is divided by. */
export interface IndicatorChoice {
  indicator: string;
  per?: Denominator | null;
}

/** What can be read of one subgraph's indicators. */
export interface IndicatorValues {
  owner: string;
  /**
   * The source of an indicator, divided as requested. Throws badInput if the registry does not divide the indicator by that, and if
   * it counts over time and there is no period; `argument` is the path of the choice.
   */
  sourceOf: (choice: IndicatorChoice, period: DateRange | null, argument: string) => FigureSource;
}

interface Sources {
  /** By the id of the indicator. */
  values: Readonly<Record<string, FigureSource>>;
  denominators: Partial<Record<Denominator, FigureSource>>;
}

/** Declares the sources of a subgraph's indicators. Throws if the registry has others. */
export function defineIndicatorValues(
  owner: string,
  { values, denominators: below }: Sources,
): IndicatorValues {
  const rows = new Map(registered.filter((row) => row.owner === owner).map((row) => [row.id, row]));
  const differing = [
    ...[...rows.keys()].filter((id) => !values[id]),
    ...Object.keys(values).filter((id) => !rows.has(id)),
  ];
  const undivided = [...rows.values()].flatMap(({ per }) => per.filter((name) => !below[name]));
  if (differing.length > 0 || undivided.length > 0)
    throw new Error(
      `schema/indicators has other indicators of ${owner}: ${[...differing, ...undivided].join(', ')}`,
    );
  const divided = new Map<string, FigureSource>();
  for (const { id, per } of rows.values())
    for (const name of per)
      divided.set(
        `${id} ${name}`,
        ratio(values[id] as FigureSource, below[name] as FigureSource, denominators[name]),
      );
  return {
    owner,
    sourceOf: ({ indicator, per }, period, argument) => {
      const row = rows.get(indicator) as Indicator;
      if (row.kind === 'FLOW' && period === null) throw missingPeriod(indicator);
      if (per === null || per === undefined) return values[indicator] as FigureSource;
      const source = divided.get(`${indicator} ${per}`);
      if (!source) throw notDivided(row, per, argument);
      return source;
    },
  };
}

const missingPeriod = (indicator: string) =>
  badInput(
    'period',
    { zh: `起止日期：${indicator} 按期间统计`, en: `a period: ${indicator} is counted over time` },
    null,
  );

function notDivided({ id, per }: Indicator, received: string, argument: string) {
  const names = per.join(', ');
  const expected = per.length
    ? { zh: `${id} 可除以的：${names}`, en: `what ${id} can be divided by: ${names}` }
    : { zh: `空：${id} 不再相除`, en: `none: ${id} is not divided` };
  return badInput(`${argument}.per`, expected, received);
}

/** The parent of the fields of an `IndicatorValue`. */
export interface IndicatorValue {
  code: string;
  period: DateRange | null;
  source: FigureSource;
  /** Whether the indicator is of a period, so that it can be compared with that of another. */
  isOverTime: boolean;
}

const kindOf = new Map(registered.map(({ id, kind }) => [id, kind]));

export const indicatorValue = (
  source: FigureSource,
  { code, period, indicator }: { code: string; period: DateRange | null; indicator: string },
): IndicatorValue => ({ code, period, source, isOverTime: kindOf.get(indicator) === 'FLOW' });

interface IndicatorArgs {
  name: string;
  per?: Denominator | null;
  period?: DateRange | null;
}

/** The field `indicator` of an overview. */
export const indicatorField =
  ({ sourceOf }: IndicatorValues): Resolver =>
  ({ code }: Overview, { name, per, period }: IndicatorArgs): IndicatorValue => {
    const checked = period ? checkPeriod(period) : null;
    const source = sourceOf({ indicator: name, per }, checked, 'indicator');
    return indicatorValue(source, { code, period: checked, indicator: name });
  };

const figureOf = ({ source, code, period }: IndicatorValue, context: SubgraphContext): Promise<Figure> =>
  source(context, code, period);

interface Comparison {
  period: DateRange;
  figure: Figure;
  current: Figure;
}

const difference = ({ figure, current }: Comparison): number | null =>
  figure.value === null || current.value === null
    ? null
    : Math.round((current.value - figure.value) * 10_000) / 10_000;

/** The resolvers of the shared types of indicators. */
export const indicatorValueResolvers: Resolvers = {
  IndicatorValue: {
    value: async (parent: IndicatorValue, _args, context) => (await figureOf(parent, context)).value,
    unavailable: async (parent: IndicatorValue, _args, context) =>
      (await figureOf(parent, context)).unavailable,
    comparison: async (
      parent: IndicatorValue,
      { with: compared }: { with: ComparedPeriod },
      context,
    ): Promise<Comparison | null> => {
      if (!parent.isOverTime || parent.period === null) return null;
      const period = comparedPeriod(parent.period, compared);
      const [current, figure] = await Promise.all([
        figureOf(parent, context),
        figureOf({ ...parent, period }, context),
      ]);
      return { period, figure, current };
    },
  },
  IndicatorComparison: {
    from: ({ period }: Comparison) => period.from,
    to: ({ period }: Comparison) => period.to,
    value: ({ figure }: Comparison) => figure.value,
    unavailable: ({ figure }: Comparison) => figure.unavailable,
    change: difference,
    changeRate: (comparison: Comparison) => {
      const change = difference(comparison);
      const { value } = comparison.figure;
      return change === null || !value ? null : Math.round((change / value) * 10_000) / 10_000;
    },
  },
};
