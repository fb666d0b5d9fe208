// An overview's figures for many divisions at once: one statement for the stocks, one for each group of flows.
import type { DateRange } from './calendar.ts';
import { defineLoader } from './loaders.ts';
import { readFlows, readStock, readTrend, type TrendArgs } from './tallies.ts';

/** Amounts by metric; a metric without any has no entry. */
export type Sums = Record<string, number>;

/** The sum of the metrics, zero where there is none. */
export const sumOf = (sums: Sums, ...metrics: readonly string[]): number =>
  metrics.reduce((total, metric) => total + (sums[metric] ?? 0), 0);

/** What is true now of all the metrics. */
export const defineStock = (metrics: readonly string[]) =>
  defineLoader<string, Sums>(async (sql, codes) => {
    const sums = await readStock(sql, codes, metrics);
    return codes.map((code) => sums.get(code) ?? {});
  });

/** What happened in a period; the metrics asked for together are read together. */
export const defineFlows = () =>
  defineLoader<string, Sums, { metrics: readonly string[]; period: DateRange }>(
    async (sql, codes, { metrics, period }) => {
      const sums = await readFlows(sql, codes, metrics, period);
      return codes.map((code) => sums.get(code) ?? {});
    },
  );

/** A series; each of its names sums the metrics it stands for. */
export const defineTrend = <Name extends string>(metrics: Record<Name, readonly string[]>) =>
  defineLoader<string, { start: string; value: number }[], TrendArgs & { metric: Name }>(
    async (sql, codes, { metric, ...args }) => {
      const series = await readTrend(sql, codes, metrics[metric], args);
      return codes.map((code) =>
        (series.get(code) ?? []).map(({ start, sums }) => ({
          start,
          value: sumOf(sums, ...Object.keys(sums)),
        })),
      );
    },
  );
