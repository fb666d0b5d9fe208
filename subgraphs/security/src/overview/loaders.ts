// Loaders of the overview's counts of persons, as the viewer may see them.
import { definePersonFlows, definePersonTrend } from '@district-graph/kit/access/person-counts';
import { incidentMetrics, personFlows, trendMetrics } from './store.ts';

export const disclosedFlows = definePersonFlows(personFlows);
export const disclosedTrend = definePersonTrend(trendMetrics, personFlows, incidentMetrics);
