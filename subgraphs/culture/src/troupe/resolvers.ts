// Resolvers for troupes: lookup and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { troupeById, troupesByDivision } from './loaders.ts';
import type { TroupeFilter } from './store.ts';
import { type Troupe, troupeKinds } from './tables.ts';

const list = defineList<Troupe>('troupes', ['text', 'uuid'], (row) => [row.divisionCode, row.id]);

async function listTroupesInside(
  code: string,
  { first, after, kind }: PageArgs & TroupeFilter,
  context: SubgraphContext,
) {
  const page = pageOf(list, { first, after });
  const rows = await troupesByDivision(context, { filter: { kind }, page }).load(code);
  return toConnection(list, page, rows, async () =>
    sumOf(
      await stockByDivision(context).load(code),
      ...(kind ? [kind] : troupeKinds).map((name) => `troupes:${name}`),
    ),
  );
}

export const troupeResolvers: Resolvers = {
  Query: {
    troupe: queryById(troupeById),
    troupes: (_root, { within, ...args }: PageArgs & TroupeFilter & { within: string }, context) =>
      listTroupesInside(checkDivisionCode(within), args, context),
  },
  Troupe: {
    __resolveReference: referenceById(troupeById),
    division: divisionOf,
  },
};
