// Resolvers for crews: lookup and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { sanitationCrewById, sanitationCrewsByDivision } from './loaders.ts';

import type { SanitationCrew } from './tables.ts';

const list = defineList<SanitationCrew>('sanitationCrews', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);

async function listSanitationCrewsInside(code: string, args: PageArgs, context: SubgraphContext) {
  const page = pageOf(list, args);
  const rows = await sanitationCrewsByDivision(context, page).load(code);
  return toConnection(list, page, rows, async () =>
    sumOf(await stockByDivision(context).load(code), 'crews'),
  );
}

export const sanitationCrewResolvers: Resolvers = {
  Query: {
    sanitationCrew: queryById(sanitationCrewById),
    sanitationCrews: (_root, { within, ...args }: PageArgs & { within: string }, context) =>
      listSanitationCrewsInside(checkDivisionCode(within), args, context),
  },
  SanitationCrew: {
    __resolveReference: referenceById(sanitationCrewById),
    division: divisionOf,
  },
};
