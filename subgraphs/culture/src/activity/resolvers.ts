// Resolvers for activities: lookup and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { activitiesByDivision, activityById } from './loaders.ts';
import type { ActivityFilter } from './store.ts';
import { type Activity, activityCategories } from './tables.ts';

const list = defineList<Activity>('activities', ['text', 'uuid'], (row) => [row.divisionCode, row.id]);

async function listActivitiesInside(
  code: string,
  { first, after, category }: PageArgs & ActivityFilter,
  context: SubgraphContext,
) {
  const page = pageOf(list, { first, after });
  const rows = await activitiesByDivision(context, { filter: { category }, page }).load(code);
  return toConnection(list, page, rows, async () =>
    sumOf(
      await stockByDivision(context).load(code),
      ...(category ? [category] : activityCategories).map((name) => `activities:${name}`),
    ),
  );
}

export const activityResolvers: Resolvers = {
  Query: {
    activity: queryById(activityById),
    activities: (_root, { within, ...args }: PageArgs & ActivityFilter & { within: string }, context) =>
      listActivitiesInside(checkDivisionCode(within), args, context),
  },
  Activity: {
    __resolveReference: referenceById(activityById),
    division: divisionOf,
  },
};
