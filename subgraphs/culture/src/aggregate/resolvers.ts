// Aggregates of sessions.
import { aggregateField } from '@district-graph/kit/indicators/aggregates';
import { flow, personFlow } from '@district-graph/kit/indicators/figures';
import type { Resolvers } from '@district-graph/kit/loaders';
import { activityCategories } from '../activity/tables.ts';
import { disclosedFlows } from '../overview/loaders.ts';

const family = activityCategories.map((category) => `attended:${category}`);

export const aggregateResolvers: Resolvers = {
  Query: {
    sessionAggregates: aggregateField({
      total: {
        held: flow('sessions_held'),
        attended: personFlow(disclosedFlows, { family: ['attended'], sum: ['attended'] }),
      },
      dimensions: {
        CATEGORY: {
          field: 'category',
          values: activityCategories,
          measuresOf: (category) => ({
            held: flow(`sessions_held:${category}`),
            attended: personFlow(disclosedFlows, { family, sum: [`attended:${category}`] }),
          }),
        },
      },
    }),
  },
};
