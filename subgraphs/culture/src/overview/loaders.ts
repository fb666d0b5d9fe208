// The overview's figures for many divisions at once.
import { defineFlows, defineStock, defineTrend } from '@district-graph/kit/overview-loaders';
import { definePersonFlows, definePersonTrend } from '@district-graph/kit/person-counts';
import { personFlows, stockMetrics, trendMetrics } from './store.ts';

export const stockByDivision = defineStock(stockMetrics);
export const flowsByDivision = defineFlows();
const exactTrendByDivision = defineTrend(trendMetrics);

/** What the viewer may know of the counts of persons. */
export const toldFlows = definePersonFlows(flowsByDivision, personFlows);
export const toldTrend = definePersonTrend(exactTrendByDivision, trendMetrics, personFlows);
