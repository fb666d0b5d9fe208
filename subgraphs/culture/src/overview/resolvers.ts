// The overview of culture that every division has.
import type { DateRange } from '@district-graph/kit/calendar';
import type { PageArgs } from '@district-graph/kit/connections';
import { overviewOfDivision, yuan } from '@district-graph/kit/entities';
import type { Resolver, Resolvers } from '@district-graph/kit/executable-schema';
import { sumOf } from '@district-graph/kit/overview-loaders';
import type { TrendArgs } from '@district-graph/kit/tallies';
import type { activityCategories } from '../activity/tables.ts';
import { listSessionsInDivision } from '../session/resolvers.ts';
import type { SessionFilter } from '../session/store.ts';
import { troupeKinds } from '../troupe/tables.ts';
import { venueKinds } from '../venue/tables.ts';
import { flowsByDivision, stockByDivision, trendByDivision } from './loaders.ts';
import { sessionMetrics, type trendMetrics } from './store.ts';

interface Overview {
  code: string;
}

const stock =
  (...metrics: string[]): Resolver =>
  async ({ code }: Overview, _args, context) =>
    sumOf(await stockByDivision(context).load(code), ...metrics);

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('culture'),
  CultureOverview: {
    venues: stock(...venueKinds.map((kind) => `venues:${kind}`)),
    troupes: stock(...troupeKinds.map((kind) => `troupes:${kind}`)),
    troupesByKind: async ({ code }: Overview, _args, context) => {
      const sums = await stockByDivision(context).load(code);
      return troupeKinds.map((kind) => ({ kind, count: sumOf(sums, `troupes:${kind}`) }));
    },
    exhibitions: stock('exhibitions'),
    investment: async ({ code }: Overview, _args, context) =>
      yuan(sumOf(await stockByDivision(context).load(code), 'investment_fen')),
    sessions: async ({ code }: Overview, { period }: { period: DateRange }, context) => {
      const sums = await flowsByDivision(context, { metrics: sessionMetrics, period }).load(code);
      return {
        scheduled: sumOf(sums, 'sessions_scheduled'),
        held: sumOf(sums, 'sessions_held'),
        cancelled: sumOf(sums, 'sessions_cancelled'),
        attended: sumOf(sums, 'attended'),
        seats: sumOf(sums, 'seats'),
        seatsTaken: sumOf(sums, 'seats_taken'),
      };
    },
    activityResults: async (
      { code }: Overview,
      { period, category }: { period: DateRange; category: (typeof activityCategories)[number] },
      context,
    ) => {
      const metrics = [`sessions_held:${category}`, `attended:${category}`];
      const sums = await flowsByDivision(context, { metrics, period }).load(code);
      return {
        sessions: sumOf(sums, `sessions_held:${category}`),
        attended: sumOf(sums, `attended:${category}`),
      };
    },
    sessionList: ({ code }: Overview, args: PageArgs & SessionFilter, context) =>
      listSessionsInDivision(code, args, context),
    trend: ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) =>
      trendByDivision(context, args).load(code),
  },
};
