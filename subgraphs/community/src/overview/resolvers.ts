// The overview of community governance that every division has.

import { disclosedSum } from '@district-graph/kit/access/person-counts';
import { checkPeriod, type DateRange } from '@district-graph/kit/calendar';
import type { Resolver, Resolvers } from '@district-graph/kit/loaders';
import {
  flowField,
  flowsByDivision,
  type Overview,
  type OverviewPeriod,
  stockField,
  summaryField,
  sumOf,
} from '@district-graph/kit/rollups/overview-loaders';
import type { TrendArgs } from '@district-graph/kit/rollups/rollups';
import { overviewOfDivision } from '@district-graph/kit/schema/entities';
import { microWorkMetrics } from '../micro-work/resolvers.ts';
import { volunteerTeamMetrics } from '../volunteer-team/resolvers.ts';
import { disclosedFlows, disclosedStock, disclosedTrend } from './loaders.ts';
import { starMetrics, type trendMetrics } from './store.ts';

const participationMetrics = ['volunteer_participants', 'volunteer_hours'];

/** A field of a summary with a count of volunteers or of their hours: null where the viewer may not see it. */
const ofVolunteers =
  (metric: string): Resolver =>
  async ({ code, period }: OverviewPeriod, _args, context) =>
    disclosedSum(await disclosedFlows(context, { metrics: participationMetrics, period }, code), metric);

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('community'),
  CommunityOverview: {
    microWorkCount: stockField(...microWorkMetrics),
    microWorksCompleted: async ({ code }: Overview, { period }: { period: DateRange }, context) =>
      sumOf(await flowsByDivision(context, checkPeriod(period)).load(code), 'micro_works_completed'),
    volunteerTeamCount: stockField(...volunteerTeamMetrics()),
    volunteerCount: async ({ code }: Overview, _args, context) =>
      disclosedSum(await disclosedStock(context, code), 'volunteers'),
    volunteersByStars: async ({ code }: Overview, _args, context) => {
      const disclosed = await disclosedStock(context, code);
      return Object.entries(starMetrics).map(([level, metric]) => ({
        level,
        volunteers: disclosedSum(disclosed, metric),
      }));
    },
    volunteerServiceSummary: summaryField,
    trend: ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) =>
      disclosedTrend(context, args, code),
  },
  VolunteerServiceSummary: {
    held: flowField('volunteer_services'),
    participants: ofVolunteers('volunteer_participants'),
    hours: ofVolunteers('volunteer_hours'),
    leafletsHandedOut: flowField('leaflets_handed_out'),
  },
};
