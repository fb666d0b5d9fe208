// Mutation that records purchases of social work when they are contracted.

import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkNotAfterToday, checkWords } from '@district-graph/kit/mutations/checks';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { servicePurchases } from './store.ts';
import type { ServicePurchase } from './tables.ts';

type RecordServicePurchase = Omit<ServicePurchase, 'id'>;

/** A hundred thousand million yuan: a larger amount is taken for a typing error. */
const mostFen = 10_000_000_000_000;

export const servicePurchaseMutations: Resolvers = {
  Mutation: {
    recordServicePurchase: mutation<RecordServicePurchase>('recordServicePurchase', async (context, input) =>
      servicePurchases.register(context, {
        divisionCode: input.divisionCode,
        purchasedOn: checkNotAfterToday('purchasedOn', input.purchasedOn, context.today),
        amountFen: checkInteger('amountFen', input.amountFen, 1, mostFen),
        posts: checkInteger('posts', input.posts, 0, 100_000),
        provider: checkWords('provider', input.provider),
      }),
    ),
  },
};
