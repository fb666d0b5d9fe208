// Mutations of troupes: register, edit, disband.

import type { Resolvers } from '@district-graph/kit/loaders';
import { checkWhole, checkWords } from '@district-graph/kit/mutations/checks';
import { type Edits, presentFields } from '@district-graph/kit/mutations/entity-mutations';
import { mutation } from '@district-graph/kit/mutations/writes';
import { troupes } from './store.ts';
import type { Troupe } from './tables.ts';

type Fields = Pick<Troupe, 'name' | 'kind' | 'members'>;

const mostMembers = 1000;

export const columnsOf = ({ name, kind, members }: Partial<Fields>): Partial<Troupe> => ({
  kind,
  name: checkWords('name', name),
  members: checkWhole('members', members, 1, mostMembers),
});

export const troupeMutations: Resolvers = {
  Mutation: {
    registerTroupe: mutation<Fields & { divisionCode: string }>(
      'registerTroupe',
      async (write, { divisionCode, ...fields }) =>
        troupes.register(write, {
          ...columnsOf(fields),
          divisionCode,
        }),
    ),

    updateTroupe: mutation<Edits<Fields> & { troupeId: string; version: number }>(
      'updateTroupe',
      async (write, { troupeId: id, version, ...edits }) => {
        const { row, refusal } = await troupes.checkTransition(write, 'troupeId', id, 'ACTIVE', version);
        return refusal ?? troupes.edit(write, row, columnsOf(presentFields(edits)));
      },
    ),

    disbandTroupe: mutation<{ troupeId: string }>('disbandTroupe', async (write, { troupeId: id }) => {
      const { row, refusal } = await troupes.checkTransition(write, 'troupeId', id, 'DISBANDED');
      return refusal ?? troupes.transition(write, row, { status: 'DISBANDED' });
    }),
  },
};
