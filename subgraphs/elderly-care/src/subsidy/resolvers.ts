// Subsidies.
import { fieldById, queryById, referenceById, yuan } from '@district-graph/kit/entities';
import type { Resolvers } from '@district-graph/kit/executable-schema';
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
