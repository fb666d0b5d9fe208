// The overview of sample-bureau that every division has.

import type { Resolvers } from '@district-graph/kit/loaders';
import {
  flowField,
  type Overview,
  stockByDivision,
  stockField,
  summaryField,
  sumOf,
} from '@district-graph/kit/rollups/overview-loaders';
import type { TrendArgs } from '@district-graph/kit/rollups/rollups';
import { overviewOfDivision } from '@district-graph/kit/schema/entities';
import { sampleRecordKinds } from '../sample-record/tables.ts';
import { trendByDivision } from './loaders.ts';
import { trendMetrics } from './store.ts';

export const overviewResolvers: Resolvers = {
  Division: overviewOfDivision('sampleBureau'),
  SampleBureauOverview: {
    sampleRecordCount: stockField(...sampleRecordKinds.map((kind) => `sample_records:${kind}`)),
    sampleRecordsByKind: async ({ code }: Overview, _args, context) => {
      const sums = await stockByDivision(context).load(code);
      return sampleRecordKinds.map((kind) => ({ kind, count: sumOf(sums, `sample_records:${kind}`) }));
    },
    sampleRecordSummary: summaryField,
    trend: ({ code }: Overview, args: TrendArgs & { metric: keyof typeof trendMetrics }, context) =>
      trendByDivision(context, args).load(code),
  },
  SampleRecordSummary: {
    registered: flowField(...trendMetrics.REGISTERED),
    closed: flowField(...trendMetrics.CLOSED),
  },
};
