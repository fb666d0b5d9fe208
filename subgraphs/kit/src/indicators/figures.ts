// Figures of divisions as the viewer may see them: each is a number, or the reason why there is none.

import {
  type DisclosedCounts,
  disclosedSum,
  disclosesEvents,
  type UnavailableReason,
  withheldBecause,
} from '../access/person-counts.ts';
import { type defineRecordsAbove, knownCount } from '../access/unknown-counts.ts';
import { checkPeriod, type DateRange } from '../calendar.ts';
import type { SubgraphContext } from '../loaders.ts';
import { flowsByDivision, stockByDivision, sumOf } from '../rollups/overview-loaders.ts';

/** A number that the viewer may see, or why there is none. */
export type Figure = { value: number; unavailable: null } | { value: null; unavailable: UnavailableReason };

/**
 * Reads a figure of a division, over the period or as it is now. It discloses what the overview of the division discloses to the viewer and
 * nothing more, so that no order, condition or ratio over such figures does.
 */
export type FigureSource = (
  context: SubgraphContext,
  code: string,
  period: DateRange | null,
) => Promise<Figure>;

export const known = (value: number): Figure => ({ value, unavailable: null });
export const unavailable = (reason: UnavailableReason): Figure => ({ value: null, unavailable: reason });

/** The period of a figure over time. Callers have checked that there is one. */
export function requirePeriod(period: DateRange | null): DateRange {
  if (period === null) throw new Error('a figure over time was requested without a period');
  return checkPeriod(period);
}

/** The sum of metrics that are true now. */
export const stock =
  (...metrics: string[]): FigureSource =>
  async (context, code) =>
    known(sumOf(await stockByDivision(context).load(code), ...metrics));

/** The sum of metrics over the period. */
export const flow =
  (...metrics: string[]): FigureSource =>
  async (context, code, period) =>
    known(sumOf(await flowsByDivision(context, requirePeriod(period)).load(code), ...metrics));

/** A figure of one division that is read by the subgraph's own loader; null if there is none. */
export const ownFigure =
  (
    load: (context: SubgraphContext, code: string, period: DateRange | null) => Promise<number | null>,
  ): FigureSource =>
  async (context, code, period) => {
    const value = await load(context, code, period);
    return value === null ? unavailable('NO_VALUE') : known(value);
  };

type StockReader = (context: SubgraphContext, code: string) => Promise<DisclosedCounts>;

/** A current count of persons. `isMasked`: communities have none, because masked records show their subdistrict only. */
export const personStock =
  (disclosed: StockReader, metric: string, { isMasked = false } = {}): FigureSource =>
  async (context, code) => {
    const value = disclosedSum(await disclosed(context, code), metric);
    return value === null
      ? unavailable(withheldBecause(context, code, { period: null, isMasked }))
      : known(value);
  };

type FlowReader = (
  context: SubgraphContext,
  args: { metrics: readonly string[]; period: DateRange },
  code: string,
) => Promise<DisclosedCounts>;

interface PersonMetrics {
  /** The metrics whose families are read together, so that several figures take one statement. */
  family: readonly string[];
  /** The metrics that are summed. */
  sum: readonly string[];
  isMasked?: boolean;
}

/** A count of persons over the period. */
export const personFlow =
  (disclosed: FlowReader, { family, sum, isMasked = false }: PersonMetrics): FigureSource =>
  async (context, code, given) => {
    const period = requirePeriod(given);
    const value = disclosedSum(await disclosed(context, { metrics: family, period }, code), ...sum);
    return value === null ? unavailable(withheldBecause(context, code, { period, isMasked })) : known(value);
  };

/** A count of events that may concern a person: now without a period, or over the period. */
export const events =
  (...metrics: string[]): FigureSource =>
  async (context, code, period) => {
    if (!disclosesEvents(context, code, period)) {
      const reason = withheldBecause(context, code, { period, isMasked: true });
      return unavailable(reason === 'SMALL_COUNT' ? 'LEVEL_NOT_PUBLISHED' : reason);
    }
    return period === null ? stock(...metrics)(context, code, null) : flow(...metrics)(context, code, period);
  };

/** The figure now, whatever the period. */
export const now =
  (source: FigureSource): FigureSource =>
  (context, code) =>
    source(context, code, null);

type RecordsAbove<Args> = ReturnType<typeof defineRecordsAbove<Args>>;

/** The figure, unless records that it would have to count are kept for an ancestor of the division. */
export const unlessRecordedAbove =
  <Args>(
    recordsAbove: RecordsAbove<Args>,
    argsOf: (period: DateRange | null) => Args,
    source: FigureSource,
  ): FigureSource =>
  async (context, code, period) =>
    (await knownCount(recordsAbove, context, code, argsOf(period), () => source(context, code, period))) ??
    unavailable('RECORDED_ABOVE');

/** How many decimals a ratio has: it is compared, sorted and shown with the same. */
const ratioDecimals = 4;

const rounded = (value: number, decimals: number): number =>
  Math.round(value * 10 ** decimals) / 10 ** decimals;

interface RatioOptions {
  /** How many of the denominator are one unit: 1000 for "per 1,000 residents". */
  scale?: number;
  decimals?: number;
  /** Why there is no value where the denominator is zero. */
  ifZero?: UnavailableReason;
}

/** One figure divided by another. Without either there is none: a ratio discloses no more than both do. */
export const ratio =
  (
    numerator: FigureSource,
    denominator: FigureSource,
    { scale = 1, decimals = ratioDecimals, ifZero = 'NO_DENOMINATOR' }: RatioOptions = {},
  ): FigureSource =>
  async (context, code, period) => {
    const [above, below] = await Promise.all([
      numerator(context, code, period),
      denominator(context, code, period),
    ]);
    if (above.value === null) return above;
    if (below.value === null) return below;
    return below.value === 0
      ? unavailable(ifZero)
      : known(rounded((above.value / below.value) * scale, decimals));
  };

/** Residents and households, by the reference data of the subgraph (populations.ts); none where there is no such data. */
export const residents = stock('residents');
export const households = stock('households');
