// Rankings: the divisions of a level in the order of an indicator, filtered by others, as keyset pages.

import type { Denominator } from '@district-graph/schema/indicators/indicator';
import { checkPeriod, type DateRange } from '../calendar.ts';
import { checkRegistered, registeredInside } from '../divisions/division-register.ts';
import { cityCode, type DivisionLevel } from '../divisions/divisions.ts';
import { badInput } from '../errors.ts';
import { hasPermission } from '../identity/viewer.ts';
import type { Resolver, SubgraphContext } from '../loaders.ts';
import { defineList, type PageArgs, pageOf, toConnection } from '../pagination/connections.ts';
import type { Figure, FigureSource } from './figures.ts';
import { type IndicatorValue, type IndicatorValues, indicatorValue } from './indicator-values.ts';

interface Order {
  indicator: string;
  per?: Denominator | null;
  direction: 'ASC' | 'DESC';
}

/** Bounds of an indicator, both included. */
interface Condition {
  indicator: string;
  per?: Denominator | null;
  min?: number | null;
  max?: number | null;
}

interface RankingArgs extends PageArgs {
  level: DivisionLevel;
  within?: string | null;
  period?: DateRange | null;
  orderBy: Order;
  where: readonly Condition[];
}

/** A division of a ranking, with its figure and its place; without a figure it has no place. */
interface Ranked {
  code: string;
  figure: Figure;
  rank: number | null;
}

const maxConditions = 5;
const maxAnalystPage = 1000;

/** Whether the viewer gets rankings in bulk. */
const analyses = ({ viewer }: SubgraphContext): boolean =>
  hasPermission(viewer, 'indicator:analyse', cityCode);

/** The divisions of a level, of all the city or inside one. Throws badInput for communities of more than a district. */
function divisionsOf({ level, within }: RankingArgs, context: SubgraphContext): string[] {
  const whole = within ?? cityCode;
  checkRegistered('within', whole);
  if (level === 'COMMUNITY' && whole === cityCode && !analyses(context))
    throw badInput(
      'within',
      {
        zh: '社区排名须在一个区县或街道之内；全市社区的排名需要权限 indicator:analyse',
        en: 'a district or subdistrict: communities of the whole city require the scope indicator:analyse',
      },
      whole,
    );
  return registeredInside(whole, level);
}

/** The divisions that meet all conditions. A condition is never met by a figure that the viewer may not see. */
async function matching(
  codes: readonly string[],
  conditions: readonly { source: FigureSource; min: number; max: number }[],
  { context, period }: { context: SubgraphContext; period: DateRange | null },
): Promise<string[]> {
  const met = await Promise.all(
    codes.map(async (code) => {
      const figures = await Promise.all(conditions.map(({ source }) => source(context, code, period)));
      return figures.every(({ value }, index) => {
        const condition = conditions[index];
        return value !== null && condition && condition.min <= value && value <= condition.max;
      });
    }),
  );
  return codes.filter((_code, index) => met[index]);
}

/**
 * The order: by the figure, and by code where figures are equal. Figures that the viewer may not see, or that do not exist, come last in
 * both directions, by code alone.
 */
function inOrder(direction: Order['direction']) {
  const sign = direction === 'ASC' ? 1 : -1;
  return (one: Pick<Ranked, 'code' | 'figure'>, other: Pick<Ranked, 'code' | 'figure'>): number => {
    const [a, b] = [one.figure.value, other.figure.value];
    if (a !== b) {
      if (a === null) return 1;
      if (b === null) return -1;
      return a < b ? -sign : sign;
    }
    return one.code < other.code ? -1 : one.code > other.code ? 1 : 0;
  };
}

/** Equal figures have the same place. */
function ranked(divisions: readonly { code: string; figure: Figure }[]): Ranked[] {
  let rank = 0;
  return divisions.map((division, index) => {
    if (index === 0 || division.figure.value !== divisions[index - 1]?.figure.value) rank = index + 1;
    return { ...division, rank: division.figure.value === null ? null : rank };
  });
}

function checkConditions(
  { sourceOf }: IndicatorValues,
  where: readonly Condition[],
  period: DateRange | null,
) {
  if (where.length > maxConditions)
    throw badInput(
      'where',
      { zh: `最多 ${maxConditions} 个条件`, en: `at most ${maxConditions} conditions` },
      where.length,
    );
  return where.map(({ min, max, ...choice }, index) => ({
    source: sourceOf(choice, period, `where.${index}`),
    min: min ?? Number.NEGATIVE_INFINITY,
    max: max ?? Number.POSITIVE_INFINITY,
  }));
}

const cursorOf = ({ code, figure }: Pick<Ranked, 'code' | 'figure'>) => [
  figure.value === null ? '' : String(figure.value),
  code,
];

/** The root field with a subgraph's ranking. All values are read in as many statements as a single division's. */
export const rankingField =
  (field: string, values: IndicatorValues): Resolver =>
  async (_root, args: RankingArgs, context: SubgraphContext) => {
    const { orderBy, first, after } = args;
    const period = args.period ? checkPeriod(args.period) : null;
    const name = [field, orderBy.indicator, orderBy.per ?? '', orderBy.direction].join(' ');
    const list = defineList<Ranked>(name, ['text', 'text'], cursorOf);
    const page = pageOf(list, { first, after }, analyses(context) ? maxAnalystPage : undefined);
    const source = values.sourceOf(orderBy, period, 'orderBy');
    const conditions = checkConditions(values, args.where, period);
    const codes = await matching(divisionsOf(args, context), conditions, { context, period });
    const figures = await Promise.all(
      codes.map(async (code) => ({ code, figure: await source(context, code, period) })),
    );
    const order = inOrder(orderBy.direction);
    const all = ranked(figures.sort(order));
    const last = page.after && positionOf(page.after as string[]);
    const rest = last ? all.filter((row) => order(last, row) < 0) : all;
    const connection = toConnection(list, page, rest.slice(0, page.limit), () => all.length);
    const sortedBy = (code: string): IndicatorValue =>
      indicatorValue(source, { code, period, indicator: orderBy.indicator });
    return {
      ...connection,
      nodes: connection.nodes.map(({ code }) => ({ code })),
      edges: connection.edges.map(({ node: { code, rank }, cursor }) => ({
        cursor,
        rank,
        node: { code },
        value: sortedBy(code),
      })),
    };
  };

/** What a cursor stands for: a figure and a code. */
function positionOf([value = '', code = '']: readonly string[]): Pick<Ranked, 'code' | 'figure'> {
  return {
    code,
    figure:
      value === '' ? { value: null, unavailable: 'NO_VALUE' } : { value: Number(value), unavailable: null },
  };
}
