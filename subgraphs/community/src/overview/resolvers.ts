// The overview of community governance that every division has.

import { checkPeriod, type DateRange } from '@district-graph/kit/calendar';
import type { Resolvers } from '@district-graph/kit/loaders';
import {
  flowsByDivision,
  type Overview,
  stockField,
  sumOf,
} from '@district-graph/kit/rollups/overview-loaders';
import type { TrendArgs } from '@district-graph/kit/rollups/rollups';
import { overviewOfDivision } from '@district-graph/kit/schema/entities';
import { microWorkMetrics } from '../micro-work/resolvers.ts';
import { disclosedTrend } from './loaders.ts';
import type { trendMetrics } from './store.ts';

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('community'),
  CommunityOverview: {
    microWorkCount: stockField(...microWorkMetrics),
    microWorksCompleted: async ({ code }: Overview, { period }: { period: DateRange }, context) =>
      sumOf(await flowsByDivision(context, checkPeriod(period)).load(code), 'micro_works_completed'),
    trend: ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) =>
      disclosedTrend(context, args, code),
  },
};
