// Loaders and resolvers of an overview's figures, for many divisions in one statement.
import { checkPeriod, type DateRange } from '../calendar.ts';
import { defineLoader, type Resolver } from '../loaders.ts';
import { readFlows, readStock, readTrend, type Sums, type TrendArgs, type TrendPoint } from './rollups.ts';

/** The sum of the metrics, zero where there is none. */
export const sumOf = (sums: Sums, ...metrics: readonly string[]): number =>
  metrics.reduce((total, metric) => total + (sums[metric] ?? 0), 0);

/** What is true now. */
export const stockByDivision = defineLoader<string, Sums>(async (_sql, codes, _args, context) => {
  const sums = await readStock(context, codes);
  return codes.map((code) => sums.get(code) ?? {});
});

/** What happened in a period. */
export const flowsByDivision = defineLoader<string, Sums, DateRange>(async (_sql, codes, period, context) => {
  const sums = await readFlows(context, codes, period);
  return codes.map((code) => sums.get(code) ?? {});
});

/** A series; each of its names sums the metrics it stands for. */
export const defineTrend = <Name extends string>(metrics: Record<Name, readonly string[]>) =>
  defineLoader<string, TrendPoint[], TrendArgs & { metric: Name }>(
    (_sql, codes, { metric, ...args }, context) => readTrend(context, codes, metrics[metric], args),
  );

/** The parent of an overview's fields: the code of its division. */
export interface Overview {
  code: string;
}

/** The parent of a summary of a period. */
export interface OverviewPeriod extends Overview {
  period: DateRange;
}

/** A field with the sum of metrics that are true now. */
export const stockField =
  (...metrics: string[]): Resolver =>
  async ({ code }: Overview, _args, context) =>
    sumOf(await stockByDivision(context).load(code), ...metrics);

/** A field with the sum of metrics over the period that its parent or its argument names. */
export const flowField =
  (...metrics: string[]): Resolver =>
  async (parent: Overview | OverviewPeriod, args: { period?: DateRange }, context) => {
    const period = 'period' in parent ? parent.period : (args.period as DateRange);
    return sumOf(await flowsByDivision(context, period).load(parent.code), ...metrics);
  };

/** A field whose value is the parent of a summary of the period. */
export const summaryField: Resolver = (
  { code }: Overview,
  { period }: { period: DateRange },
): OverviewPeriod => ({ code, period: checkPeriod(period) });
