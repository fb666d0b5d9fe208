// An overview's figures for many divisions at once; those asked for together are read together.
import type { DateRange } from '../calendar.ts';
import { defineLoader } from '../loaders.ts';
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
