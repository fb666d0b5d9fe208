// Mutations of love supermarkets: register, edit, close once nothing is left in stock.
import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkKey, checkNotAfterToday, checkWords } from '@district-graph/kit/mutations/checks';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { closeMutation, updateMutation } from '@district-graph/kit/mutations/record-mutations';
import { totalInStock } from '../stock/store.ts';
import { loveSupermarketClosed, loveSupermarketStocked } from './refusals.ts';
import { loveSupermarkets } from './store.ts';
import type { LoveSupermarket } from './tables.ts';

interface Fields extends Pick<LoveSupermarket, 'name'> {
  serviceCentreId?: string | null;
  location: GeoPoint;
}

interface RegisterLoveSupermarket extends Fields {
  divisionCode: string;
  openedOn: string;
}

/** The columns of the given fields, each checked. */
export const columnsOf = ({
  name,
  serviceCentreId,
  location,
}: Partial<Fields>): Partial<LoveSupermarket> => ({
  name: checkWords('name', name, 200),
  serviceCentreId: checkKey('serviceCentreId', serviceCentreId),
  ...location,
});

export const loveSupermarketMutations: Resolvers = {
  Mutation: {
    registerLoveSupermarket: mutation<RegisterLoveSupermarket>(
      'registerLoveSupermarket',
      async (context, { divisionCode, openedOn, ...fields }) =>
        loveSupermarkets.register(context, {
          ...columnsOf(fields),
          divisionCode,
          openedOn: checkNotAfterToday('openedOn', openedOn, context.today),
        }),
    ),

    updateLoveSupermarket: updateMutation('updateLoveSupermarket', loveSupermarkets, {
      argument: 'loveSupermarketId',
      refusal: ({ status }) => (status === 'CLOSED' ? loveSupermarketClosed() : null),
      columnsOf,
    }),

    // A donation or handout comes first, or finds the supermarket closed.
    closeLoveSupermarket: closeMutation('closeLoveSupermarket', loveSupermarkets, {
      argument: 'loveSupermarketId',
      to: 'CLOSED',
      check: async ({ sql }, { id }) => {
        const quantity = await totalInStock(sql, id);
        return quantity > 0 ? loveSupermarketStocked(quantity) : null;
      },
      openedOn: (row) => row.openedOn,
      columnsOf: (closedOn) => ({ status: 'CLOSED' as const, closedOn }),
    }),
  },
};
