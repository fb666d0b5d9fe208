// The rollup metrics of community governance, named as in the fact functions of the migrations, and which of them count persons.

import type { CountFamily } from '@district-graph/kit/access/small-counts';

export const trendMetrics = {
  MICRO_WORKS_COMPLETED: ['micro_works_completed'],
} as const;

/** The metrics that count persons. */
export const personFlows: CountFamily[] = [];
