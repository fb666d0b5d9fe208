// The overview of community governance that every division has.

import { countsExactly, disclosedSum } from '@district-graph/kit/access/person-counts';
import { checkPeriod, type DateRange } from '@district-graph/kit/calendar';
import type { Resolver, Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import {
  flowsByDivision,
  type Overview,
  type OverviewPeriod,
  stockField,
  summaryField,
  sumOf,
} from '@district-graph/kit/rollups/overview-loaders';
import type { TrendArgs } from '@district-graph/kit/rollups/rollups';
import { overviewOfDivision, yuan } from '@district-graph/kit/schema/entities';
import { microWorkMetrics } from '../micro-work/resolvers.ts';
import { petitionMatterCountByDivision } from '../petition-matter/loaders.ts';
import { disclosedFlows, disclosedStock, disclosedTrend } from './loaders.ts';
import type { trendMetrics } from './store.ts';

/** A field with a count of persons: null where the viewer may not see it. */
const persons =
  (metric: string): Resolver =>
  async ({ code }: Overview, _args, context) =>
    disclosedSum(await disclosedStock(context, code), metric);

const petitionMetrics = [
  'petition_matters_received',
  'petition_matters_closed',
  'petition_matters_settled_in_time',
  'petition_people_concerned',
  'petition_people_concerned:WAGES',
];

const petitionFlows = ({ code, period }: OverviewPeriod, context: SubgraphContext) =>
  disclosedFlows(context, { metrics: petitionMetrics, period }, code);

const petitions =
  (metric: string): Resolver =>
  async (parent: OverviewPeriod, _args, context) =>
    disclosedSum(await petitionFlows(parent, context), metric);

const recovered =
  (metric: string): Resolver =>
  async (parent: OverviewPeriod, _args, context) => {
    const fen = disclosedSum(await petitionFlows(parent, context), metric);
    return fen === null ? null : yuan(fen);
  };

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('community'),
  CommunityOverview: {
    microWorkCount: stockField(...microWorkMetrics),
    microWorksCompleted: async ({ code }: Overview, { period }: { period: DateRange }, context) =>
      sumOf(await flowsByDivision(context, checkPeriod(period)).load(code), 'micro_works_completed'),
    petitionAgentCount: persons('petition_agents'),
    openPetitionMatterCount: persons('petition_matters_open'),
    // Whether a period is over depends on the day, so rows are counted, for those only who see exact counts.
    overduePetitionMatterCount: ({ code }: Overview, _args, context) =>
      countsExactly(context.viewer, code)
        ? petitionMatterCountByDivision(context, { overdue: true, today: context.today }).load(code)
        : null,
    petitionSummary: summaryField,
    wageRecovery: summaryField,
    commendationCount: async ({ code }: Overview, { period }: { period: DateRange }, context) =>
      sumOf(
        await flowsByDivision(context, checkPeriod(period)).load(code),
        'commendations:BANNER',
        'commendations:LETTER',
      ),
    trend: ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) =>
      disclosedTrend(context, args, code),
  },
  PetitionSummary: {
    received: petitions('petition_matters_received'),
    closed: petitions('petition_matters_closed'),
    settledInTime: petitions('petition_matters_settled_in_time'),
    averageSettlementDays: async (parent: OverviewPeriod, _args, context) => {
      const disclosed = await petitionFlows(parent, context);
      const closed = disclosedSum(disclosed, 'petition_matters_closed');
      const days = disclosedSum(disclosed, 'petition_settlement_days');
      return closed && days !== null ? Math.round((days / closed) * 10) / 10 : null;
    },
    peopleConcerned: petitions('petition_people_concerned'),
    recovered: recovered('petition_recovered_fen'),
  },
  WageRecovery: {
    workers: petitions('petition_people_concerned:WAGES'),
    recovered: recovered('petition_recovered_fen:WAGES'),
  },
};
