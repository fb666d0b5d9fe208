// Tallies of divisions: what is true now, what happened in a period, and series.
import type { DateRange } from '@district-graph/kit/calendar';
import { defineLoader } from '@district-graph/kit/loaders';
import { definePersonFlows, definePersonTrend } from '@district-graph/kit/person-counts';
import { readFlows, readStock, readTrend, type TrendArgs } from '@district-graph/kit/tallies';
import {
  incidentMetrics,
  inspectionMetrics,
  kindMetrics,
  personFlows,
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

/** What the viewer may know of the counts of persons; who counts exactly reads them with the incidents. */
export const toldIncidentFlows = definePersonFlows(
  (context, { period }) => incidentFlowsByDivision(context, period),
  personFlows,
);

export const kindFlowsByDivision = flows(kindMetrics);
export const inspectionFlowsByDivision = flows(inspectionMetrics);

const exactTrendByDivision = defineLoader<
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

export const toldTrend = definePersonTrend(exactTrendByDivision, tallyMetricsOf, personFlows);
