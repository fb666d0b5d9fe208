// The overview of community governance that every division has.

import { countsExactly, disclosesEvents } from '@district-graph/kit/access/person-counts';
import { checkPeriod, type DateRange } from '@district-graph/kit/calendar';
import type { Resolvers } from '@district-graph/kit/loaders';
import {
  flowField,
  flowsByDivision,
  type Overview,
  type OverviewPeriod,
  stockByDivision,
  stockField,
  summaryField,
  sumOf,
} from '@district-graph/kit/rollups/overview-loaders';
import type { TrendArgs } from '@district-graph/kit/rollups/rollups';
import { overviewOfDivision } from '@district-graph/kit/schema/entities';
import { gridLevels } from '../grid/tables.ts';
import { gridProblemKinds } from '../grid-problem/tables.ts';
import { gridVisitKinds } from '../grid-visit/tables.ts';
import { microWorkMetrics } from '../micro-work/resolvers.ts';
import { topicStatuses } from '../topic/tables.ts';
import { disclosedTrend } from './loaders.ts';
import { trendMetrics } from './store.ts';

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('community'),
  CommunityOverview: {
    microWorkCount: stockField(...microWorkMetrics),
    microWorksCompleted: async ({ code }: Overview, { period }: { period: DateRange }, context) =>
      sumOf(await flowsByDivision(context, checkPeriod(period)).load(code), 'micro_works_completed'),
    gridCounts: async ({ code }: Overview, _args, context) => {
      const sums = await stockByDivision(context).load(code);
      return gridLevels.map((level) => ({ level, count: sumOf(sums, `grids:${level}`) }));
    },
    gridVisitSummary: summaryField,
    gridProblemSummary: (
      { code }: Overview,
      { period }: { period: DateRange },
      context,
    ): OverviewPeriod | null =>
      disclosesEvents(context, code, checkPeriod(period)) ? { code, period } : null,
    openGridProblemCount: async ({ code }: Overview, _args, context) =>
      disclosesEvents(context, code, null)
        ? sumOf(await stockByDivision(context).load(code), 'open_grid_problems')
        : null,
    councilCount: stockField('councils'),
    topicCounts: async ({ code }: Overview, _args, context) => {
      const sums = await stockByDivision(context).load(code);
      return topicStatuses.map((status) => ({ status, count: sumOf(sums, `topics:${status}`) }));
    },
    councilSummary: summaryField,
    trend: ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) =>
      disclosedTrend(context, args, code),
  },
  GridVisitStatistics: {
    visits: flowField(...trendMetrics.GRID_VISITS),
    householdsVisited: flowField('households_visited'),
    byKind: async ({ code, period }: OverviewPeriod, _args, context) => {
      const sums = await flowsByDivision(context, period).load(code);
      return gridVisitKinds.map((kind) => ({ kind, count: sumOf(sums, `grid_visits:${kind}`) }));
    },
  },
  GridProblemStatistics: {
    found: flowField(...trendMetrics.GRID_PROBLEMS_FOUND),
    // Kinds add up to the number found, which is public: a small count of one kind could be derived from the others.
    byKind: async ({ code, period }: OverviewPeriod, _args, context) => {
      if (!countsExactly(context.viewer, code)) return null;
      const sums = await flowsByDivision(context, period).load(code);
      return gridProblemKinds.map((kind) => ({ kind, count: sumOf(sums, `grid_problem_kinds:${kind}`) }));
    },
    solved: flowField('grid_problems_solved'),
    solvedOnTime: flowField('grid_problems_solved_on_time'),
  },
  CouncilStatistics: {
    sessions: flowField('council_sessions'),
    topicsProposed: flowField('topics_proposed'),
    topicsResolved: flowField('topics_resolved'),
    topicsCarriedOut: flowField('topics_carried_out'),
  },
};
