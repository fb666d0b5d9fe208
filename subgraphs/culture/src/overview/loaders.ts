// The overview's figures for many divisions at once.
import { defineFlows, defineStock, defineTrend } from '@district-graph/kit/overview-loaders';
import { stockMetrics, trendMetrics } from './store.ts';

export const stockByDivision = defineStock(stockMetrics);
export const flowsByDivision = defineFlows();
export const trendByDivision = defineTrend(trendMetrics);
