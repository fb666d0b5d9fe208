// Loaders of the overview's figures, for many divisions in one statement.
import {
  definePersonFlows,
  definePersonStock,
  definePersonTrend,
} from '@district-graph/kit/access/person-counts';
import { defineRecordsAbove } from '@district-graph/kit/access/unknown-counts';
import { type AidArgs, aidOf, eventMetrics, personFlows, personStocks, trendMetrics } from './store.ts';

/** Counts of persons as the viewer may see them. */
export const disclosedStock = definePersonStock(personStocks);
export const disclosedFlows = definePersonFlows(personFlows);
export const disclosedTrend = definePersonTrend(trendMetrics, personFlows, eventMetrics);

// Aid is recorded for a whole district or subdistrict.
export const aidAbove = defineRecordsAbove<AidArgs>('aid_grant', aidOf);
