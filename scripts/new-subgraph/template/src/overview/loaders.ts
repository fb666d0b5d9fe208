// Loaders of the overview's figures, for many divisions in one statement.
import { defineTrend } from '@district-graph/kit/rollups/overview-loaders';
import { trendMetrics } from './store.ts';

export const trendByDivision = defineTrend(trendMetrics);
