// The overview's figures for many divisions at once.

import { definePersonFlows, definePersonTrend } from '@district-graph/kit/access/person-counts';
import { defineRecordsAbove } from '@district-graph/kit/access/records-above';
import { activeTroupes, allProjects, personFlows, trendMetrics } from './store.ts';

/** What the viewer may know of the counts of persons. */
export const toldFlows = definePersonFlows(personFlows);
export const toldTrend = definePersonTrend(trendMetrics, personFlows);

// Bureaus record these for the district as a whole, or for a subdistrict.
export const troupesAbove = defineRecordsAbove('troupe', activeTroupes);
export const projectsAbove = defineRecordsAbove('culture_project', allProjects);
