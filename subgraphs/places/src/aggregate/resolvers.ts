// Aggregates of service points.
import { aggregateField } from '@district-graph/kit/indicators/aggregates';
import { stock } from '@district-graph/kit/indicators/figures';
import type { Resolvers } from '@district-graph/kit/loaders';
import { divisionOf } from '../indicator/resolvers.ts';
import { serviceCircles } from '../service-point/tables.ts';

export const aggregateResolvers: Resolvers = {
  Query: {
    servicePointAggregates: aggregateField(
      {
        total: { count: stock(...serviceCircles.map((circle) => `service_points:${circle}`)) },
        dimensions: {
          CIRCLE: {
            field: 'circle',
            values: serviceCircles,
            measuresOf: (circle) => ({ count: stock(`service_points:${circle}`) }),
          },
        },
      },
      divisionOf,
    ),
  },
};
