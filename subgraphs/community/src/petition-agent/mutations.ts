// Mutations of petition agents: register, edit, and close when they leave.

import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkPhone, checkSameDistrict, checkWords } from '@district-graph/kit/mutations/checks';
import {
  closeMutation,
  registerMutation,
  updateMutation,
} from '@district-graph/kit/mutations/record-mutations';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { petitionAgentClosed } from './refusals.ts';
import { countOpenMattersOf, petitionAgents } from './store.ts';
import type { PetitionAgent } from './tables.ts';

type Fields = Pick<Plain<PetitionAgent>, 'divisionCode' | 'name' | 'phone'>;

export const columnsOf = ({ name, phone }: Partial<Fields>): Partial<Fields> => ({
  name: checkWords('name', name),
  phone: checkPhone('phone', phone),
});

export const petitionAgentMutations: Resolvers = {
  Mutation: {
    registerPetitionAgent: registerMutation('registerPetitionAgent', petitionAgents, columnsOf),

    updatePetitionAgent: updateMutation('updatePetitionAgent', petitionAgents, {
      argument: 'petitionAgentId',
      refusal: ({ status }) => (status === 'CLOSED' ? petitionAgentClosed() : null),
      columnsOf: ({ divisionCode, ...others }: Partial<Fields>, row) => ({
        ...columnsOf(others),
        divisionCode: checkSameDistrict('divisionCode', divisionCode, row.divisionCode),
      }),
    }),

    // An assignment of a matter to this agent commits first, or finds the record closed.
    closePetitionAgent: closeMutation('closePetitionAgent', petitionAgents, {
      argument: 'petitionAgentId',
      to: 'CLOSED',
      check: async ({ sql }, { id }) => {
        const openMatters = await countOpenMattersOf(sql, id);
        return openMatters > 0 ? inCharge(openMatters) : null;
      },
      columnsOf: (closedOn) => ({ status: 'CLOSED' as const, closedOn }),
    }),
  },
};

const inCharge = defineRefusal('PetitionAgentInCharge', (openMatters: number) => ({
  zh: `该代办员尚有 ${openMatters} 件未办结的事项，请先转给他人。`,
  en: `The petition agent is still in charge of ${openMatters} open matters; reassign them first.`,
  fields: { openMatters },
}));
