// Aggregates of problems of the grid.
import { countsExactly } from '@district-graph/kit/access/person-counts';
import { aggregateField } from '@district-graph/kit/indicators/aggregates';
import { events, type FigureSource, unavailable } from '@district-graph/kit/indicators/figures';
import type { Resolvers } from '@district-graph/kit/loaders';
import { gridProblemKinds } from '../grid-problem/tables.ts';
import { trendMetrics } from '../overview/store.ts';

/** Kinds add up to the number found, which is public: a small count of one kind could be derived from the others. */
const ofKind =
  (kind: string): FigureSource =>
  async (context, code, period) =>
    countsExactly(context.viewer, code)
      ? events(`grid_problem_kinds:${kind}`)(context, code, period)
      : unavailable('SMALL_COUNT');

export const aggregateResolvers: Resolvers = {
  Query: {
    gridProblemAggregates: aggregateField({
      total: {
        found: events(...trendMetrics.GRID_PROBLEMS_FOUND),
        solved: events(...trendMetrics.GRID_PROBLEMS_SOLVED),
        solvedOnTime: events(...trendMetrics.GRID_PROBLEMS_SOLVED_ON_TIME),
      },
      dimensions: {
        KIND: {
          field: 'kind',
          values: gridProblemKinds,
          measuresOf: (kind) => ({ found: ofKind(String(kind)) }),
        },
      },
    }),
  },
};
