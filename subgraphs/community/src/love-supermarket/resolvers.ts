// Resolvers for love supermarkets: lookup, and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, foreignEntity, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { loveSupermarketById, loveSupermarketsByDivision } from './loaders.ts';
import type { LoveSupermarket } from './tables.ts';

const list = defineList<LoveSupermarket>('loveSupermarkets', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);

export const loveSupermarketResolvers: Resolvers = {
  Query: {
    loveSupermarket: queryById(loveSupermarketById),
    loveSupermarkets: async (_root, { within, ...args }: PageArgs & { within: string }, context) => {
      const code = checkDivisionCode(within);
      const page = pageOf(list, args);
      const rows = await loveSupermarketsByDivision(context, page).load(code);
      return toConnection(list, page, rows, async () =>
        sumOf(await stockByDivision(context).load(code), 'love_supermarkets'),
      );
    },
  },
  LoveSupermarket: {
    __resolveReference: referenceById(loveSupermarketById),
    division: divisionOf,
    location: ({ longitude, latitude }: LoveSupermarket) => ({ longitude, latitude }),
    serviceCentre: foreignEntity(({ serviceCentreId }: LoveSupermarket) => serviceCentreId),
  },
};
