// Loaders of the overview's figures, for many divisions in one statement.
import {
  definePersonFlows,
  definePersonStock,
  definePersonTrend,
} from '@district-graph/kit/access/person-counts';
import { personFlows, personStocks, trendMetrics } from './store.ts';

/** Counts of persons as the viewer may see them. */
export const disclosedTrend = definePersonTrend(trendMetrics, personFlows);
export const disclosedStock = definePersonStock(personStocks);
export const disclosedFlows = definePersonFlows(personFlows);
