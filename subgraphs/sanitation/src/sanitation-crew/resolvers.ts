// Crews: look-up and lists inside a division.
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/connections';
import { checkDivisionCode } from '@district-graph/kit/divisions';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/entities';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import type { SubgraphContext } from '@district-graph/kit/loaders';
import { stockByDivision, sumOf } from '@district-graph/kit/overview-loaders';
import { sanitationCrewById, sanitationCrewsByDivision } from './loaders.ts';

import type { SanitationCrew } from './tables.ts';

const list = defineList<SanitationCrew>('sanitationCrews', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);

export async function listSanitationCrewsInside(code: string, args: PageArgs, context: SubgraphContext) {
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
