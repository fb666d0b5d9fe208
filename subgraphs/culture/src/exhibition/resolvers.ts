// Resolvers for exhibitions: lookup and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { venueById } from '../venue/loaders.ts';
import { exhibitionById, exhibitionsByDivision } from './loaders.ts';

import type { Exhibition } from './tables.ts';

const list = defineList<Exhibition>('exhibitions', ['text', 'date', 'uuid'], (row) => [
  row.divisionCode,
  row.opensOn,
  row.id,
]);

async function listExhibitionsInside(code: string, args: PageArgs, context: SubgraphContext) {
  const page = pageOf(list, args);
  const rows = await exhibitionsByDivision(context, page).load(code);
  return toConnection(list, page, rows, async () =>
    sumOf(await stockByDivision(context).load(code), 'exhibitions'),
  );
}

export const exhibitionResolvers: Resolvers = {
  Query: {
    exhibition: queryById(exhibitionById),
    exhibitions: (_root, { within, ...args }: PageArgs & { within: string }, context) =>
      listExhibitionsInside(checkDivisionCode(within), args, context),
  },
  Exhibition: {
    __resolveReference: referenceById(exhibitionById),
    division: divisionOf,
    venue: fieldById(venueById, ({ venueId }: Exhibition) => venueId),
  },
};
