// The overview of culture that every division has.

import { disclosedSum } from '@district-graph/kit/access/person-counts';
import { knownCount } from '@district-graph/kit/access/records-above';
import { checkPeriod, type DateRange } from '@district-graph/kit/calendar';
import type { Resolver, Resolvers } from '@district-graph/kit/loaders';
import type { PageArgs } from '@district-graph/kit/pagination/connections';
import { flowsByDivision, stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import type { TrendArgs } from '@district-graph/kit/rollups/rollups';
import { overviewOfDivision, yuan } from '@district-graph/kit/schema/entities';
import type { activityCategories } from '../activity/tables.ts';
import { listSessionsInDivision } from '../session/resolvers.ts';
import type { SessionFilter } from '../session/store.ts';
import { troupeKinds } from '../troupe/tables.ts';
import { venueKinds } from '../venue/tables.ts';
import { projectsAbove, toldFlows, toldTrend, troupesAbove } from './loaders.ts';
import type { trendMetrics } from './store.ts';

interface Overview {
  code: string;
}

interface OverviewPeriod extends Overview {
  period: DateRange;
}

type CategoryFilter = OverviewPeriod & { category: (typeof activityCategories)[number] };

const stock =
  (...metrics: string[]): Resolver =>
  async ({ code }: Overview, _args, context) =>
    sumOf(await stockByDivision(context).load(code), ...metrics);

const sessions =
  (metric: string): Resolver =>
  async ({ code, period }: OverviewPeriod, _args, context) =>
    sumOf(await flowsByDivision(context, period).load(code), metric);

const categoryMetrics = (category: string) => [`sessions_held:${category}`, `attended:${category}`];

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('culture'),
  CultureOverview: {
    venues: stock(...venueKinds.map((kind) => `venues:${kind}`)),
    troupes: ({ code }: Overview, _args, context) =>
      knownCount(troupesAbove, context, code, undefined, async () => {
        const sums = await stockByDivision(context).load(code);
        return sumOf(sums, ...troupeKinds.map((kind) => `troupes:${kind}`));
      }),
    troupesByKind: ({ code }: Overview, _args, context) =>
      knownCount(troupesAbove, context, code, undefined, async () => {
        const sums = await stockByDivision(context).load(code);
        return troupeKinds.map((kind) => ({ kind, count: sumOf(sums, `troupes:${kind}`) }));
      }),
    exhibitions: stock('exhibitions'),
    investment: ({ code }: Overview, _args, context) =>
      knownCount(projectsAbove, context, code, undefined, async () =>
        yuan(sumOf(await stockByDivision(context).load(code), 'investment_fen')),
      ),
    sessions: ({ code }: Overview, { period }: { period: DateRange }): OverviewPeriod => ({
      code,
      period: checkPeriod(period),
    }),
    activityResults: (
      { code }: Overview,
      { period, category }: Pick<CategoryFilter, 'period' | 'category'>,
    ): CategoryFilter => ({ code, period: checkPeriod(period), category }),
    sessionList: ({ code }: Overview, args: PageArgs & SessionFilter, context) =>
      listSessionsInDivision(code, args, context),
    trend: ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) =>
      toldTrend(context, args, code),
  },
  SessionSummary: {
    scheduled: sessions('sessions_scheduled'),
    held: sessions('sessions_held'),
    cancelled: sessions('sessions_cancelled'),
    seats: sessions('seats'),
    seatsTaken: sessions('seats_taken'),
    attended: async ({ code, period }: OverviewPeriod, _args, context) =>
      disclosedSum(await toldFlows(context, { metrics: ['attended'], period }, code), 'attended'),
  },
  ActivityResults: {
    sessions: async ({ code, period, category }: CategoryFilter, _args, context) => {
      const sums = await flowsByDivision(context, period).load(code);
      return sumOf(sums, `sessions_held:${category}`);
    },
    attended: async ({ code, period, category }: CategoryFilter, _args, context) => {
      const told = await toldFlows(context, { metrics: categoryMetrics(category), period }, code);
      return disclosedSum(told, `attended:${category}`);
    },
  },
};
