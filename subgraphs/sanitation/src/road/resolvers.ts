// Resolvers for roads: lookup and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { cleaningRunCountByRoad, cleaningRunsByRoad } from '../cleaning-run/loaders.ts';
import type { CleaningRun } from '../cleaning-run/tables.ts';
import { roadById, roadsByDivision } from './loaders.ts';

import { listCleaningGradeStandards } from './store.ts';
import type { Road } from './tables.ts';

const list = defineList<Road>('roads', ['text', 'uuid'], (row) => [row.divisionCode, row.id]);
const runList = defineList<CleaningRun>('Road.runs', ['instant', 'uuid'], (row) => [row.startedAt, row.id]);

export async function listRoadsInside(code: string, args: PageArgs, context: SubgraphContext) {
  const page = pageOf(list, args);
  const rows = await roadsByDivision(context, page).load(code);
  return toConnection(list, page, rows, async () =>
    sumOf(await stockByDivision(context).load(code), 'roads'),
  );
}

export const roadResolvers: Resolvers = {
  Query: {
    road: queryById(roadById),
    roads: (_root, { within, ...args }: PageArgs & { within: string }, context) =>
      listRoadsInside(checkDivisionCode(within), args, context),
    cleaningGradeStandards: (_root, _args, context) => listCleaningGradeStandards(context.sql),
  },
  Road: {
    __resolveReference: referenceById(roadById),
    division: divisionOf,
    location: ({ longitude, latitude }: Road) => ({ longitude, latitude }),
    runs: async ({ id }: Road, { date, first, after }: PageArgs & { date: string }, context) => {
      const page = pageOf(runList, { first, after });
      const rows = await cleaningRunsByRoad(context, { day: date, page }).load(id);
      return toConnection(runList, page, rows, () => cleaningRunCountByRoad(context, date).load(id));
    },
  },
};
