// Resolvers for subsidies.

import type { Resolvers } from '@district-graph/kit/loaders';
import { fieldById, queryById, referenceById, yuan } from '@district-graph/kit/schema/entities';
import { elderById } from '../elder/loaders.ts';
import { subsidyById } from './loaders.ts';
import type { Subsidy } from './tables.ts';

export const subsidyResolvers: Resolvers = {
  Query: { subsidy: queryById(subsidyById) },
  Subsidy: {
    __resolveReference: referenceById(subsidyById),
    elder: fieldById(elderById, ({ elderId }: Subsidy) => elderId),
    amount: ({ amountFen }: Subsidy) => yuan(amountFen),
  },
};
