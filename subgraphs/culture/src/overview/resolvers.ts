// The overview of culture that every division has.

import { disclosedSum } from '@district-graph/kit/access/person-counts';
import { knownCount } from '@district-graph/kit/access/unknown-counts';
import { checkPeriod } from '@district-graph/kit/calendar';
import type { Resolvers } from '@district-graph/kit/loaders';
import type { PageArgs } from '@district-graph/kit/pagination/connections';
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
import { overviewOfDivision, withDeprecatedNames, yuan } from '@district-graph/kit/schema/entities';
import type { activityCategories } from '../activity/tables.ts';
import { listSessionsInDivision } from '../session/resolvers.ts';
import type { SessionFilter } from '../session/store.ts';
import { troupeKinds } from '../troupe/tables.ts';
import { venueKinds } from '../venue/tables.ts';
import { disclosedFlows, disclosedTrend, projectsAbove, troupesAbove } from './loaders.ts';
import type { trendMetrics } from './store.ts';

type CategoryFilter = OverviewPeriod & { category: (typeof activityCategories)[number] };

const categoryMetrics = (category: string) => [`sessions_held:${category}`, `attended:${category}`];

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('culture'),
  CultureOverview: withDeprecatedNames(
    {
      venueCount: stockField(...venueKinds.map((kind) => `venues:${kind}`)),
      troupeCount: ({ code }: Overview, _args, context) =>
        knownCount(troupesAbove, context, code, undefined, async () => {
          const sums = await stockByDivision(context).load(code);
          return sumOf(sums, ...troupeKinds.map((kind) => `troupes:${kind}`));
        }),
      troupesByKind: ({ code }: Overview, _args, context) =>
        knownCount(troupesAbove, context, code, undefined, async () => {
          const sums = await stockByDivision(context).load(code);
          return troupeKinds.map((kind) => ({ kind, count: sumOf(sums, `troupes:${kind}`) }));
        }),
      exhibitionCount: stockField('exhibitions'),
      investment: ({ code }: Overview, _args, context) =>
        knownCount(projectsAbove, context, code, undefined, async () =>
          yuan(sumOf(await stockByDivision(context).load(code), 'investment_fen')),
        ),
      sessionSummary: summaryField,
      activityResults: (
        { code }: Overview,
        { period, category }: Pick<CategoryFilter, 'period' | 'category'>,
      ): CategoryFilter => ({ code, period: checkPeriod(period), category }),
      sessionList: ({ code }: Overview, args: PageArgs & SessionFilter, context) =>
        listSessionsInDivision(code, args, context),
      trend: ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) =>
        disclosedTrend(context, args, code),
    },
    {
      venues: 'venueCount',
      troupes: 'troupeCount',
      exhibitions: 'exhibitionCount',
      sessions: 'sessionSummary',
    },
  ),
  SessionSummary: {
    scheduled: flowField('sessions_scheduled'),
    held: flowField('sessions_held'),
    cancelled: flowField('sessions_cancelled'),
    seats: flowField('seats'),
    seatsTaken: flowField('seats_taken'),
    attended: async ({ code, period }: OverviewPeriod, _args, context) =>
      disclosedSum(await disclosedFlows(context, { metrics: ['attended'], period }, code), 'attended'),
  },
  ActivityResults: withDeprecatedNames(
    {
      sessionCount: async ({ code, period, category }: CategoryFilter, _args, context) => {
        const sums = await flowsByDivision(context, period).load(code);
        return sumOf(sums, `sessions_held:${category}`);
      },
      attended: async ({ code, period, category }: CategoryFilter, _args, context) => {
        const disclosed = await disclosedFlows(context, { metrics: categoryMetrics(category), period }, code);
        return disclosedSum(disclosed, `attended:${category}`);
      },
    },
    { sessions: 'sessionCount' },
  ),
};
