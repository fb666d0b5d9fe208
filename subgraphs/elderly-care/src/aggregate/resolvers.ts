// Aggregates of visits and subsidies.
import { aggregateField } from '@district-graph/kit/indicators/aggregates';
import type { Resolvers } from '@district-graph/kit/loaders';
import { subsidiesOf, visitsOf } from '../indicator/resolvers.ts';
import { subsidySchemes } from '../subsidy/tables.ts';

export const aggregateResolvers: Resolvers = {
  Query: {
    careVisitAggregates: aggregateField({
      total: {
        requested: visitsOf('visits_requested'),
        completed: visitsOf('visits_completed'),
        cancelled: visitsOf('visits_cancelled'),
      },
      dimensions: {},
    }),
    subsidyAggregates: aggregateField({
      total: {
        claims: subsidiesOf('subsidies', ...subsidySchemes),
        fen: subsidiesOf('subsidy_fen', ...subsidySchemes),
      },
      dimensions: {
        SCHEME: {
          field: 'scheme',
          values: subsidySchemes,
          measuresOf: (scheme) => ({
            claims: subsidiesOf('subsidies', String(scheme)),
            fen: subsidiesOf('subsidy_fen', String(scheme)),
          }),
        },
      },
    }),
  },
};
