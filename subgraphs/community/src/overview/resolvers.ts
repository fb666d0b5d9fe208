// The overview of community governance that every division has.

import { disclosedSum, disclosesEvents } from '@district-graph/kit/access/person-counts';
import { knownCount } from '@district-graph/kit/access/unknown-counts';
import { checkPeriod, type DateRange } from '@district-graph/kit/calendar';
import type { Resolver, Resolvers } from '@district-graph/kit/loaders';
import {
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
import { microWorkMetrics } from '../micro-work/resolvers.ts';
import { itemCategories } from '../stock/tables.ts';
import { aidAbove, disclosedFlows, disclosedTrend } from './loaders.ts';
import { type AidArgs, handedOutItems, trendMetrics } from './store.ts';

type AidFilter = Overview & AidArgs;

/** The recipients of one kind: null where the viewer may not see how many. */
const recipients =
  (kind: string): Resolver =>
  async ({ code, period }: OverviewPeriod, _args, context) => {
    const metric = `handouts:${kind}`;
    return disclosedSum(await disclosedFlows(context, { metrics: [metric], period }, code), metric);
  };

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('community'),
  CommunityOverview: {
    microWorkCount: stockField(...microWorkMetrics),
    microWorksCompleted: async ({ code }: Overview, { period }: { period: DateRange }, context) =>
      sumOf(await flowsByDivision(context, checkPeriod(period)).load(code), 'micro_works_completed'),
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
    trend: ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) =>
      disclosedTrend(context, args, code),
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
};
