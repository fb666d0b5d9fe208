// The overview's figures for many divisions at once.
import type { DateRange } from '@district-graph/kit/calendar';
import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import { defineFlows, defineStock, defineTrend } from '@district-graph/kit/overview-loaders';
import { countRoadsFlushed, stockMetrics, trendMetrics } from './store.ts';

export const stockByDivision = defineStock(stockMetrics);
export const flowsByDivision = defineFlows();
export const trendByDivision = defineTrend(trendMetrics);

export const roadsFlushedByDivision = defineLoader<string, number, DateRange>(async (sql, codes, period) =>
  alignOne(codes, await countRoadsFlushed(sql, codes, period), (row) => row.code).map(
    (row) => row?.count ?? 0,
  ),
);
