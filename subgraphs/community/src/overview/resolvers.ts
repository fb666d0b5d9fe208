// The overview of community governance that every division has.

import { countsExactly, disclosedSum, disclosesEvents } from '@district-graph/kit/access/person-counts';
import { knownCount } from '@district-graph/kit/access/unknown-counts';
import { checkPeriod, type DateRange } from '@district-graph/kit/calendar';
import type { Resolver, Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
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
import { overviewOfDivision, yuan } from '@district-graph/kit/schema/entities';
import { gridLevels } from '../grid/tables.ts';
import { gridProblemKinds } from '../grid-problem/tables.ts';
import { gridVisitKinds } from '../grid-visit/tables.ts';
import { microWorkMetrics } from '../micro-work/resolvers.ts';
import { petitionMatterCountByDivision } from '../petition-matter/loaders.ts';
import { itemCategories } from '../stock/tables.ts';
import { topicStatuses } from '../topic/tables.ts';
import { volunteerTeamMetrics } from '../volunteer-team/resolvers.ts';
import { aidAbove, disclosedFlows, disclosedStock, disclosedTrend } from './loaders.ts';
import {
  type AidArgs,
  handedOutItems,
  participationMetrics,
  petitionMetrics,
  starMetrics,
  trendMetrics,
} from './store.ts';

/** A field of a summary with a count of volunteers or of their hours: null where the viewer may not see it. */
const ofVolunteers =
  (metric: string): Resolver =>
  async ({ code, period }: OverviewPeriod, _args, context) =>
    disclosedSum(await disclosedFlows(context, { metrics: participationMetrics, period }, code), metric);

type AidFilter = Overview & AidArgs;

/** The recipients of one kind: null where the viewer may not see how many. */
const recipients =
  (kind: string): Resolver =>
  async ({ code, period }: OverviewPeriod, _args, context) => {
    const metric = `handouts:${kind}`;
    return disclosedSum(await disclosedFlows(context, { metrics: [metric], period }, code), metric);
  };

/** A field with a count of persons: null where the viewer may not see it. */
const persons =
  (metric: string): Resolver =>
  async ({ code }: Overview, _args, context) =>
    disclosedSum(await disclosedStock(context, code), metric);

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
    loveSupermarketCount: stockField('love_supermarkets'),
    stockByCategory: async ({ code }: Overview, _args, context) => {
      const sums = await stockByDivision(context).load(code);
      // Watched over time, the stock of a supermarket shows each handout.
      const isDisclosed = disclosesEvents(context, code, null);
      return itemCategories.map((category) => ({
        category,
        items: isDisclosed ? sumOf(sums, `stock_items:${category}`) : null,
      }));
    },
    donationSummary: summaryField,
    handoutSummary: summaryField,
    aidSummary: ({ code }: Overview, { period, kind }: AidArgs, context): Promise<AidFilter | null> =>
      knownCount(aidAbove, context, code, { period: checkPeriod(period), kind }, async () => ({
        code,
        period,
        kind,
      })),
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
    petitionAgentCount: persons('petition_agents'),
    openPetitionMatterCount: async ({ code }: Overview, _args, context) =>
      // Watched over time, the open matters of a subdistrict show each one, and its day.
      disclosesEvents(context, code, null)
        ? disclosedSum(await disclosedStock(context, code), 'petition_matters_open')
        : null,
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
  VolunteerServiceSummary: {
    held: flowField('volunteer_services'),
    participants: ofVolunteers('volunteer_participants'),
    hours: ofVolunteers('volunteer_hours'),
    leafletsHandedOut: flowField('leaflets_handed_out'),
  },
  DonationSummary: {
    donations: async ({ code, period }: OverviewPeriod, _args, context) =>
      sumOf(await flowsByDivision(context, period).load(code), 'donations'),
    items: async ({ code, period }: OverviewPeriod, _args, context) =>
      sumOf(await flowsByDivision(context, period).load(code), ...trendMetrics.ITEMS_DONATED),
    byCategory: async ({ code, period }: OverviewPeriod, _args, context) => {
      const sums = await flowsByDivision(context, period).load(code);
      return itemCategories.map((category) => ({
        category,
        items: sumOf(sums, `donated_items:${category}`),
      }));
    },
  },
  HandoutSummary: {
    households: recipients('HOUSEHOLD'),
    cleaners: recipients('CLEANER'),
    elders: recipients('ELDER'),
    items: async ({ code, period }: OverviewPeriod, _args, context) =>
      disclosedSum(
        await disclosedFlows(context, { metrics: handedOutItems, period }, code),
        ...handedOutItems,
      ),
    byCategory: async ({ code, period }: OverviewPeriod, _args, context) => {
      const disclosed = await disclosedFlows(context, { metrics: handedOutItems, period }, code);
      return itemCategories.map((category) => ({
        category,
        items: disclosedSum(disclosed, `handed_out_items:${category}`),
      }));
    },
  },
  AidSummary: {
    grants: async ({ code, period, kind }: AidFilter, _args, context) =>
      sumOf(await flowsByDivision(context, period).load(code), `aid_grants:${kind}`),
    beneficiaries: async ({ code, period, kind }: AidFilter, _args, context) => {
      const metric = `aid_beneficiaries:${kind}`;
      return disclosedSum(await disclosedFlows(context, { metrics: [metric], period }, code), metric);
    },
    amount: async ({ code, period, kind }: AidFilter, _args, context) =>
      yuan(sumOf(await flowsByDivision(context, period).load(code), `aid_fen:${kind}`)),
  },
  GridVisitSummary: {
    visits: flowField(...trendMetrics.GRID_VISITS),
    householdsVisited: flowField('households_visited'),
    byKind: async ({ code, period }: OverviewPeriod, _args, context) => {
      const sums = await flowsByDivision(context, period).load(code);
      return gridVisitKinds.map((kind) => ({ kind, count: sumOf(sums, `grid_visits:${kind}`) }));
    },
  },
  GridProblemSummary: {
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
  CouncilSummary: {
    sessions: flowField('council_sessions'),
    topicsProposed: flowField('topics_proposed'),
    topicsResolved: flowField('topics_resolved'),
    topicsCarriedOut: flowField('topics_carried_out'),
  },
  PetitionSummary: {
    received: petitions('petition_matters_received'),
    closed: petitions('petition_matters_closed'),
    settledOnTime: petitions('petition_matters_settled_in_time'),
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
