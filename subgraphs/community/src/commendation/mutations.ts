// Mutations of commendations: record and edit.

import { requireUnmasked } from '@district-graph/kit/access/protected-rows';
import { isId } from '@district-graph/kit/database/ids';
import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { hasPermission } from '@district-graph/kit/identity/viewer';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { checkNotAfterToday, checkWords } from '@district-graph/kit/mutations/checks';
import { type MutationContext, mutation, required } from '@district-graph/kit/mutations/mutation';
import { updateMutation } from '@district-graph/kit/mutations/record-mutations';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { containsText } from '../petition-matter/plain-text.ts';
import { findPetitionMatter } from '../petition-matter/store.ts';
import { commendationById } from './loaders.ts';
import { commendations } from './store.ts';
import { type Commendation, encryptedCommendation } from './tables.ts';

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

const inscriptionNamesPerson = defineRefusal('InscriptionNamesPerson', () => ({
  zh: '题词或摘要公开，其中有赠送人或值守人员的姓名；请删去后再登记。',
  en: 'The inscription is public and contains the name of the giver or of a person on duty; remove it, then record the commendation.',
}));

/** Which names of a commendation are protected. */
const protectedNames = ({ recipientKind }: Pick<Commendation, 'recipientKind'>) =>
  recipientKind === 'PERSON_ON_DUTY' ? (['giverName', 'recipientName'] as const) : (['giverName'] as const);

/** The refusal of an inscription with a protected name; null if it has none. */
const refusedInscription = (inscription: string, names: readonly (string | null | undefined)[]) =>
  names.some((name) => containsText(inscription, name ?? '')) ? inscriptionNamesPerson() : null;

/** The outcome of an edit of the inscription discloses whether it contains the names that stay, so it needs what they do. */
async function showNames(context: SubgraphContext, input: Record<string, unknown>): Promise<void> {
  const { commendationId, inscription } = input;
  if (!inscription || typeof commendationId !== 'string' || !isId(commendationId)) return;
  const row = await commendationById(context).load(commendationId);
  if (!row) return;
  for (const field of protectedNames(row))
    if (row[field] !== null && !input[field])
      await requireUnmasked(context, { type: 'Commendation', field, scope: 'community:write' }, row);
}

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
      const columns = columnsOf(input);
      const names = protectedNames(input).map((name) => columns[name]);
      const refused = refusedInscription(input.inscription, names);
      if (refused) return refused;
      return commendations.register(context, {
        ...columns,
        divisionCode,
        receivedOn: checkNotAfterToday('receivedOn', receivedOn ?? context.today, context.today),
        petitionMatterId: petitionMatterId ? await matterOf(context, petitionMatterId) : null,
      });
    }),

    // The kind of the recipient stays: as a bureau, a person would be named to everyone.
    updateCommendation: updateMutation('updateCommendation', commendations, {
      argument: 'commendationId',
      columnsOf,
      check: ({ keyring }, row, columns) => {
        const { inscription } = columns;
        const names = protectedNames(row).map(
          (name) => columns[name] ?? (inscription ? encryptedCommendation.decrypt(keyring, row, name) : null),
        );
        return refusedInscription(inscription ?? row.inscription, names);
      },
      showFirst: showNames,
    }),
  },
};
