// Aggregates of incidents. Their kinds are not published, because a kind can reveal what happened to a person.
import { aggregateField } from '@district-graph/kit/indicators/aggregates';
import { events } from '@district-graph/kit/indicators/figures';
import type { Resolvers } from '@district-graph/kit/loaders';
import { incidentOutcomes } from '../incident/tables.ts';
import { severities, trendMetrics } from '../overview/store.ts';

export const aggregateResolvers: Resolvers = {
  Query: {
    incidentAggregates: aggregateField({
      total: { count: events(...trendMetrics.INCIDENTS_RAISED) },
      dimensions: {
        SEVERITY: {
          field: 'severity',
          values: severities,
          measuresOf: (severity) => ({ count: events(`incidents:${severity}`) }),
        },
        OUTCOME: {
          field: 'outcome',
          values: incidentOutcomes,
          measuresOf: (outcome) => ({ count: events(`outcomes:${outcome}`) }),
        },
      },
    }),
  },
};
