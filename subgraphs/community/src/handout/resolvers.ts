// Resolvers for handouts: lookup, and lists inside a division. The @access rules of the schema decide who sees which field.

import { pageInside } from '@district-graph/kit/access/protected-rows';
import { checkPeriod } from '@district-graph/kit/calendar';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import {
  divisionOf,
  fieldById,
  foreignEntity,
  queryById,
  referenceById,
} from '@district-graph/kit/schema/entities';
import { loveSupermarketById } from '../love-supermarket/loaders.ts';
import { handoutById, handoutCountByDivision, handoutsByDivision } from './loaders.ts';
import type { HandoutFilter } from './store.ts';
import { encryptedHandout, type Handout } from './tables.ts';

const list = defineList<Handout>('handouts', ['date', 'uuid'], (row) => [row.handedOutOn, row.id]);

/** The division in which the items were handed out, usually that of the recipient. */
const handoutDivision = { type: 'Handout', field: 'division', scope: 'handout:identify' } as const;

export const handoutResolvers: Resolvers = {
  Query: {
    handout: queryById(handoutById),
    handouts: async (
      _root,
      { within, first, after, ...filter }: PageArgs & HandoutFilter & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      if (filter.period) checkPeriod(filter.period);
      const page = pageOf(list, { first, after });
      const rule = { list: 'handouts', division: handoutDivision };
      const rows = await pageInside(context, rule, code, page, () =>
        handoutsByDivision(context, { filter, page }).load(code),
      );
      return toConnection(list, page, rows, () => handoutCountByDivision(context, filter).load(code));
    },
  },
  Handout: {
    __resolveReference: referenceById(handoutById),
    ...encryptedHandout.fields(),
    division: divisionOf,
    elder: foreignEntity(({ elderId }: Handout) => elderId),
    loveSupermarket: fieldById(loveSupermarketById, ({ loveSupermarketId }: Handout) => loveSupermarketId),
  },
};
