// The overview's figures for many divisions at once.
import { defineFlows, defineStock, defineTrend } from '@district-graph/kit/overview-loaders';
import { definePersonFlows, definePersonTrend } from '@district-graph/kit/person-counts';
import { defineRecordsAbove } from '@district-graph/kit/records-above';
import { activeTroupes, allProjects, personFlows, stockMetrics, trendMetrics } from './store.ts';

export const stockByDivision = defineStock(stockMetrics);
export const flowsByDivision = defineFlows();
const exactTrendByDivision = defineTrend(trendMetrics);

/** What the viewer may know of the counts of persons. */
export const toldFlows = definePersonFlows(flowsByDivision, personFlows);
export const toldTrend = definePersonTrend(exactTrendByDivision, trendMetrics, personFlows);

// Bureaus record these for the district as a whole, or for a subdistrict.
export const troupesAbove = defineRecordsAbove('troupe', activeTroupes);
export const projectsAbove = defineRecordsAbove('culture_project', allProjects);
