// Resolvers for pollution sources: lookup and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { pollutionSourceById, pollutionSourcesByDivision } from './loaders.ts';
import type { PollutionSourceFilter } from './store.ts';
import { type PollutionSource, pollutionCategories } from './tables.ts';

const list = defineList<PollutionSource>('pollutionSources', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);

async function listPollutionSourcesInside(
  code: string,
  { first, after, category }: PageArgs & PollutionSourceFilter,
  context: SubgraphContext,
) {
  const page = pageOf(list, { first, after });
  const rows = await pollutionSourcesByDivision(context, { filter: { category }, page }).load(code);
  return toConnection(list, page, rows, async () =>
    sumOf(
      await stockByDivision(context).load(code),
      ...(category ? [category] : pollutionCategories).map((name) => `pollution_sources:${name}`),
    ),
  );
}

export const pollutionSourceResolvers: Resolvers = {
  Query: {
    pollutionSource: queryById(pollutionSourceById),
    pollutionSources: (
      _root,
      { within, ...args }: PageArgs & PollutionSourceFilter & { within: string },
      context,
    ) => listPollutionSourcesInside(checkDivisionCode(within), args, context),
  },
  PollutionSource: {
    __resolveReference: referenceById(pollutionSourceById),
    division: divisionOf,
    location: ({ longitude, latitude }: PollutionSource) => ({ longitude, latitude }),
  },
};
