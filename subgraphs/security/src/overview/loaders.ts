// What the viewer may know of the overview's counts of persons.
import { definePersonFlows, definePersonTrend } from '@district-graph/kit/access/person-counts';
import { incidentMetrics, personFlows, tallyMetricsOf } from './store.ts';

/** Who counts exactly reads them with the incidents. */
export const toldIncidentFlows = definePersonFlows(personFlows);
export const toldTrend = definePersonTrend(tallyMetricsOf, personFlows, incidentMetrics);
