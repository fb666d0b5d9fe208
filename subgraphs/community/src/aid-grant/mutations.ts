// Mutation that records aid after it was given.

import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkNotAfterToday, checkWords } from '@district-graph/kit/mutations/checks';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { aidGrants } from './store.ts';
import type { AidGrant } from './tables.ts';

type RecordAidGrant = Omit<AidGrant, 'id'>;

const mostFen = 100_000_000_000;

export const aidGrantMutations: Resolvers = {
  Mutation: {
    recordAidGrant: mutation<RecordAidGrant>('recordAidGrant', async (context, input) =>
      aidGrants.register(context, {
        divisionCode: input.divisionCode,
        kind: input.kind,
        giver: checkWords('giver', input.giver, 200),
        beneficiaries: checkInteger('beneficiaries', input.beneficiaries, 1, 1_000_000),
        amountFen: checkInteger('amountFen', input.amountFen, 1, mostFen),
        givenOn: checkNotAfterToday('givenOn', input.givenOn, context.today),
      }),
    ),
  },
};
