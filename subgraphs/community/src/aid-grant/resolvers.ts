// Resolvers for aid grants: lookup and lists inside a division.

import { personCountOf } from '@district-graph/kit/access/person-counts';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById, yuan } from '@district-graph/kit/schema/entities';
import { aidGrantById, aidGrantsByDivision } from './loaders.ts';
import type { AidGrant } from './tables.ts';

const list = defineList<AidGrant>('aidGrants', ['text', 'date', 'uuid'], (row) => [
  row.divisionCode,
  row.givenOn,
  row.id,
]);

export const aidGrantResolvers: Resolvers = {
  Query: {
    aidGrant: queryById(aidGrantById),
    aidGrants: async (_root, { within, ...args }: PageArgs & { within: string }, context) => {
      const code = checkDivisionCode(within);
      const page = pageOf(list, args);
      const rows = await aidGrantsByDivision(context, page).load(code);
      return toConnection(list, page, rows, async () =>
        sumOf(await stockByDivision(context).load(code), 'aid_grants_kept'),
      );
    },
  },
  AidGrant: {
    __resolveReference: referenceById(aidGrantById),
    division: divisionOf,
    beneficiaries: personCountOf('beneficiaries'),
    amount: ({ amountFen }: AidGrant) => yuan(amountFen),
  },
};
