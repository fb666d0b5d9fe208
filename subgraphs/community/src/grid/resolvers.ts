// Resolvers for grids: lookup by key and by code, lists inside a division, the tree, the visits of each.
import { checkPeriod } from '@district-graph/kit/calendar';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { visitCountByGrid, visitsByGrid } from '../grid-visit/loaders.ts';
import { visitOrder } from '../grid-visit/resolvers.ts';
import type { GridVisitFilter } from '../grid-visit/store.ts';
import { childCountByGrid, childrenByGrid, gridByCode, gridById, gridsByDivision } from './loaders.ts';
import type { GridFilter } from './store.ts';
import { encryptedGrid, type Grid, gridLevels } from './tables.ts';

const byDivision = (name: string) =>
  defineList<Grid>(name, ['text', 'uuid'], (row) => [row.divisionCode, row.id]);

const gridList = byDivision('grids');
const childList = byDivision('Grid.children');
const visitList = visitOrder('Grid.visits');

export const gridResolvers: Resolvers = {
  Query: {
    grid: queryById(gridById),
    gridByCode: (_root, { gridCode }: { gridCode: string }, context) => gridByCode(context).load(gridCode),
    grids: async (_root, { within, level, ...args }: PageArgs & GridFilter & { within: string }, context) => {
      const code = checkDivisionCode(within);
      const page = pageOf(gridList, args);
      const rows = await gridsByDivision(context, { filter: { level }, page }).load(code);
      return toConnection(gridList, page, rows, async () => {
        const levels = level ? [level] : gridLevels;
        return sumOf(await stockByDivision(context).load(code), ...levels.map((each) => `grids:${each}`));
      });
    },
  },
  Grid: {
    __resolveReference: referenceById(gridById),
    ...encryptedGrid.fields(),
    division: divisionOf,
    parent: fieldById(gridById, ({ parentId }: Grid) => parentId),
    children: async ({ id }: Grid, args: PageArgs, context) => {
      const page = pageOf(childList, args);
      const rows = await childrenByGrid(context, page).load(id);
      return toConnection(childList, page, rows, () => childCountByGrid(context).load(id));
    },
    visits: async ({ id }: Grid, { first, after, ...filter }: PageArgs & GridVisitFilter, context) => {
      if (filter.period) checkPeriod(filter.period);
      const page = pageOf(visitList, { first, after });
      const rows = await visitsByGrid(context, { filter, page }).load(id);
      return toConnection(visitList, page, rows, () => visitCountByGrid(context, filter).load(id));
    },
  },
};
