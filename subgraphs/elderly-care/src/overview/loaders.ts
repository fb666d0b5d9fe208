// The overview's figures for many divisions at once: one statement for the stocks, one for each group of flows.
import type { DateRange } from '@district-graph/kit/calendar';
import { defineLoader } from '@district-graph/kit/loaders';
import type { TrendArgs } from '@district-graph/kit/tallies';
import { sumFlows, sumStock, sumTrend, type trendMetrics } from './store.ts';

type Sums = Record<string, number>;

export const stockByDivision = defineLoader<string, Sums>(async (sql, codes) => {
  const sums = await sumStock(sql, codes);
  return codes.map((code) => sums.get(code) ?? {});
});

export const flowsByDivision = defineLoader<string, Sums, { metrics: readonly string[]; period: DateRange }>(
  async (sql, codes, { metrics, period }) => {
    const sums = await sumFlows(sql, codes, metrics, period);
    return codes.map((code) => sums.get(code) ?? {});
  },
);

export const trendByDivision = defineLoader<
  string,
  { start: string; value: number }[],
  TrendArgs & { metric: keyof typeof trendMetrics }
>(async (sql, codes, { metric, ...args }) => {
  const series = await sumTrend(sql, codes, metric, args);
  return codes.map((code) =>
    (series.get(code) ?? []).map(({ start, sums }) => ({
      start,
      value: Object.values(sums).reduce((total, amount) => total + amount, 0),
    })),
  );
});
