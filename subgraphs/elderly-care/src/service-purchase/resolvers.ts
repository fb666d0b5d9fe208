// Resolvers for service purchases: lookup and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById, yuan } from '@district-graph/kit/schema/entities';
import { servicePurchaseById, servicePurchasesByDivision } from './loaders.ts';
import type { ServicePurchase } from './tables.ts';

const list = defineList<ServicePurchase>('servicePurchases', ['text', 'date', 'uuid'], (row) => [
  row.divisionCode,
  row.purchasedOn,
  row.id,
]);

export const servicePurchaseResolvers: Resolvers = {
  Query: {
    servicePurchase: queryById(servicePurchaseById),
    servicePurchases: async (_root, { within, ...args }: PageArgs & { within: string }, context) => {
      const code = checkDivisionCode(within);
      const page = pageOf(list, args);
      const rows = await servicePurchasesByDivision(context, page).load(code);
      return toConnection(list, page, rows, async () =>
        sumOf(await stockByDivision(context).load(code), 'service_purchases_kept'),
      );
    },
  },
  ServicePurchase: {
    __resolveReference: referenceById(servicePurchaseById),
    division: divisionOf,
    year: ({ purchasedOn }: ServicePurchase) => Number(purchasedOn.slice(0, 4)),
    amount: ({ amountFen }: ServicePurchase) => yuan(amountFen),
  },
};
