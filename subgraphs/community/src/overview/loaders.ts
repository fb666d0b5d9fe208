// Loaders of the overview's figures, for many divisions in one statement.
import { definePersonTrend } from '@district-graph/kit/access/person-counts';
import { eventMetrics, personFlows, trendMetrics } from './store.ts';

/** Counts of persons as the viewer may see them. */
export const disclosedTrend = definePersonTrend(trendMetrics, personFlows, eventMetrics);
