// Resolvers for items: the stock of a supermarket, and what donations and handouts consist of.

import type { Resolvers } from '@district-graph/kit/loaders';
import { itemsByDonation, itemsByHandout, stockBySupermarket } from './loaders.ts';

export const stockResolvers: Resolvers = {
  LoveSupermarket: {
    stock: ({ id }: { id: string }, _args, context) => stockBySupermarket(context).load(id),
  },
  Donation: {
    items: ({ id }: { id: string }, _args, context) => itemsByDonation(context).load(id),
  },
  Handout: {
    items: ({ id }: { id: string }, _args, context) => itemsByHandout(context).load(id),
  },
};
