// Mutations of commendations: record and edit.

import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { hasPermission } from '@district-graph/kit/identity/viewer';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkNotAfterToday, checkWords } from '@district-graph/kit/mutations/checks';
import { type MutationContext, mutation, required } from '@district-graph/kit/mutations/mutation';
import { updateMutation } from '@district-graph/kit/mutations/record-mutations';
import { findPetitionMatter } from '../petition-matter/store.ts';
import { commendations } from './store.ts';
import type { Commendation } from './tables.ts';

type Fields = Pick<Plain<Commendation>, 'kind' | 'recipientKind' | 'recipientName' | 'inscription'> & {
  giverName?: string | null;
};

const columnsOf = ({ kind, recipientKind, recipientName, giverName, inscription }: Partial<Fields>) => ({
  kind,
  recipientKind,
  recipientName: checkWords('recipientName', recipientName),
  giverName: checkWords('giverName', giverName),
  inscription: checkWords('inscription', inscription, 200),
});

/**
 * The matter that a commendation thanks for. To viewers that may not see matters there it does not exist: an error of its own would
 * reveal that somebody has petitioned. The refusal is in the access records.
 */
async function matterOf(context: MutationContext, id: string): Promise<string> {
  const found = await findPetitionMatter(context.sql, id);
  const isVisible = found && hasPermission(context.viewer, 'petition:read', found.divisionCode);
  if (found && !isVisible)
    context.recordRefusal({ type: 'PetitionMatter', id: found.id, divisionCode: found.divisionCode });
  return required(isVisible ? found : null, 'petitionMatterId', id).id;
}

interface RecordCommendation extends Fields {
  divisionCode: string;
  receivedOn?: string | null;
  petitionMatterId?: string | null;
}

export const commendationMutations: Resolvers = {
  Mutation: {
    recordCommendation: mutation<RecordCommendation>('recordCommendation', async (context, input) => {
      const { divisionCode, receivedOn, petitionMatterId } = input;
      return commendations.register(context, {
        ...columnsOf(input),
        divisionCode,
        receivedOn: checkNotAfterToday('receivedOn', receivedOn ?? context.today, context.today),
        petitionMatterId: petitionMatterId ? await matterOf(context, petitionMatterId) : null,
      });
    }),

    // The kind of the recipient stays: as a bureau, a person would be named to everyone.
    updateCommendation: updateMutation('updateCommendation', commendations, {
      argument: 'commendationId',
      columnsOf,
    }),
  },
};
