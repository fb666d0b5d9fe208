// Aggregates of blind spots and roads.
import { aggregateField } from '@district-graph/kit/indicators/aggregates';
import { flow, stock } from '@district-graph/kit/indicators/figures';
import type { Resolvers } from '@district-graph/kit/loaders';
import { blindSpotKinds } from '../blind-spot/tables.ts';
import { cleaningGrades } from '../road/tables.ts';

export const aggregateResolvers: Resolvers = {
  Query: {
    blindSpotAggregates: aggregateField({
      total: { reported: flow('blind_spots_reported'), cleared: flow('blind_spots_cleared') },
      dimensions: {
        KIND: {
          field: 'kind',
          values: blindSpotKinds,
          measuresOf: (kind) => ({
            reported: flow(`blind_spots_reported:${kind}`),
            cleared: flow(`blind_spots_cleared:${kind}`),
          }),
        },
      },
    }),
    roadAggregates: aggregateField({
      total: { count: stock('roads') },
      dimensions: {
        CLEANING_GRADE: {
          field: 'cleaningGrade',
          values: cleaningGrades,
          measuresOf: (grade) => ({ count: stock(`roads:${grade}`) }),
        },
      },
    }),
  },
};
