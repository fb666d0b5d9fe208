// Mutations of troupes: register, edit, disband.

import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkWords } from '@district-graph/kit/mutations/checks';
import {
  closeMutation,
  registerMutation,
  updateMutation,
} from '@district-graph/kit/mutations/record-mutations';
import { troupes } from './store.ts';
import type { Troupe } from './tables.ts';

type Fields = Pick<Troupe, 'name' | 'kind' | 'members'>;

const mostMembers = 1000;

export const columnsOf = ({ name, kind, members }: Partial<Fields>): Partial<Troupe> => ({
  kind,
  name: checkWords('name', name),
  members: checkInteger('members', members, 1, mostMembers),
});

export const troupeMutations: Resolvers = {
  Mutation: {
    registerTroupe: registerMutation('registerTroupe', troupes, columnsOf),

    updateTroupe: updateMutation('updateTroupe', troupes, {
      argument: 'troupeId',
      status: 'ACTIVE',
      columnsOf,
    }),

    disbandTroupe: closeMutation('disbandTroupe', troupes, {
      argument: 'troupeId',
      to: 'DISBANDED',
      columnsOf: () => ({ status: 'DISBANDED' as const }),
    }),
  },
};
