// Mutations of councils: register, edit, dissolve once no topic is open.
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkNotAfterToday, checkWords } from '@district-graph/kit/mutations/checks';
import {
  closeMutation,
  registerMutation,
  updateMutation,
} from '@district-graph/kit/mutations/record-mutations';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { councils, countOpenTopics } from './store.ts';
import type { Council } from './tables.ts';

type Fields = Pick<Council, 'name' | 'foundedOn'>;

export const columnsOf = ({ name, foundedOn }: Partial<Fields>, today: string): Partial<Fields> => ({
  name: checkWords('name', name),
  foundedOn: checkNotAfterToday('foundedOn', foundedOn, today),
});

export const councilMutations: Resolvers = {
  Mutation: {
    registerCouncil: registerMutation('registerCouncil', councils, columnsOf),

    updateCouncil: updateMutation('updateCouncil', councils, {
      argument: 'councilId',
      status: 'ACTIVE',
      columnsOf: ({ name }: Partial<Fields>) => ({ name: checkWords('name', name) }),
    }),

    // A topic that is proposed meanwhile commits first, or finds the council dissolved.
    dissolveCouncil: closeMutation('dissolveCouncil', councils, {
      argument: 'councilId',
      to: 'DISSOLVED',
      openedOn: ({ foundedOn }) => foundedOn,
      check: async ({ sql }, { id }) => {
        const openTopics = await countOpenTopics(sql, id);
        return openTopics > 0 ? councilInUse(openTopics) : null;
      },
      columnsOf: (dissolvedOn) => ({ status: 'DISSOLVED' as const, dissolvedOn }),
    }),
  },
};

const councilInUse = defineRefusal('CouncilInUse', (openTopics: number) => ({
  zh: `议事会尚有 ${openTopics} 个议题未了结，请先办理或撤回。`,
  en: `${openTopics} topics of the council are still open; carry them out or withdraw them first.`,
  fields: { openTopics },
}));
