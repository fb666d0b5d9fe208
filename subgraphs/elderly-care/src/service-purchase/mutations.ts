// Purchases of social work are recorded as they were contracted.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { mutation } from '@district-graph/kit/writes';
import { checkNotAfterToday, checkWhole, checkWords } from '../care-worker/checks.ts';
import { insertServicePurchase } from './store.ts';
import type { ServicePurchase } from './tables.ts';

type RecordServicePurchase = Omit<ServicePurchase, 'id'>;

/** More than a hundred thousand million yuan is a slip of the hand. */
const mostFen = 10_000_000_000_000;

export const servicePurchaseMutations: Resolvers = {
  Mutation: {
    recordServicePurchase: mutation<RecordServicePurchase>('recordServicePurchase', async (write, input) => {
      const divisionCode = checkDivisionCode(input.divisionCode, 'divisionCode');
      const row = await insertServicePurchase(write.sql, {
        id: newId(divisionCode),
        divisionCode,
        purchasedOn: checkNotAfterToday('purchasedOn', input.purchasedOn, write.today),
        amountFen: checkWhole('amountFen', input.amountFen, 1, mostFen),
        posts: checkWhole('posts', input.posts, 0, 100_000),
        provider: checkWords('provider', input.provider),
      });
      await write.record({ entityType: 'ServicePurchase', entityId: row.id, divisionCode });
      return { __typename: 'ServicePurchase', ...row };
    }),
  },
};
