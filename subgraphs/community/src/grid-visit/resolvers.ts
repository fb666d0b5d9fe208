// Resolvers for visits: lookup, and lists inside a division by time.
import { checkPeriod } from '@district-graph/kit/calendar';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { divisionOf, fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { gridById } from '../grid/loaders.ts';
import { gridVisitById, visitCountByDivision, visitsByDivision } from './loaders.ts';
import type { GridVisitFilter } from './store.ts';
import { encryptedGridVisit, type GridVisit } from './tables.ts';

/** A list of visits, latest first. */
export const visitOrder = (name: string) =>
  defineList<GridVisit>(name, ['instant', 'uuid'], (row) => [row.visitedAt, row.id]);

const list = visitOrder('gridVisits');

export const gridVisitResolvers: Resolvers = {
  Query: {
    gridVisit: queryById(gridVisitById),
    gridVisits: async (
      _root,
      { within, first, after, ...filter }: PageArgs & GridVisitFilter & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      if (filter.period) checkPeriod(filter.period);
      const page = pageOf(list, { first, after });
      const rows = await visitsByDivision(context, { filter, page }).load(code);
      return toConnection(list, page, rows, () => visitCountByDivision(context, filter).load(code));
    },
  },
  GridVisit: {
    __resolveReference: referenceById(gridVisitById),
    ...encryptedGridVisit.fields(),
    grid: fieldById(gridById, ({ gridId }: GridVisit) => gridId),
    division: divisionOf,
  },
};
