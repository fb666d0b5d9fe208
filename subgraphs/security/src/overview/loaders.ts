// Tallies of divisions: what is true now, what happened in a period, and series.
import type { DateRange } from '@district-graph/kit/calendar';
import { defineLoader } from '@district-graph/kit/loaders';
import { readFlows, readStock, readTrend, type TrendArgs } from '@district-graph/kit/tallies';
import {
  incidentMetrics,
  inspectionMetrics,
  kindMetrics,
  type SecurityMetric,
  stockMetrics,
  tallyMetricsOf,
} from './store.ts';

export const stockByDivision = defineLoader<string, Record<string, number>>(async (sql, codes) => {
  const sums = await readStock(sql, codes, stockMetrics);
  return codes.map((code) => sums.get(code) ?? {});
});

const flows = (metrics: readonly string[]) =>
  defineLoader<string, Record<string, number>, DateRange>(async (sql, codes, period) => {
    const sums = await readFlows(sql, codes, metrics, period);
    return codes.map((code) => sums.get(code) ?? {});
  });

export const incidentFlowsByDivision = flows(incidentMetrics);
export const kindFlowsByDivision = flows(kindMetrics);
export const inspectionFlowsByDivision = flows(inspectionMetrics);

export const trendByDivision = defineLoader<
  string,
  { start: string; value: number }[],
  TrendArgs & { metric: SecurityMetric }
>(async (sql, codes, { metric, ...args }) => {
  const series = await readTrend(sql, codes, tallyMetricsOf[metric], args);
  return codes.map((code) =>
    (series.get(code) ?? []).map(({ start, sums }) => ({
      start,
      value: Object.values(sums).reduce((total, amount) => total + amount, 0),
    })),
  );
});
