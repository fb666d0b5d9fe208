// The petitioner of a matter: the checks of who they are, and what no mutation may reveal about them.

import { requireUnmasked } from '@district-graph/kit/access/protected-rows';
import { isId } from '@district-graph/kit/database/ids';
import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { badInput } from '@district-graph/kit/errors';
import { hasPermission, owns } from '@district-graph/kit/identity/viewer';
import type { SubgraphContext } from '@district-graph/kit/loaders';
import { checkPhone, checkWords } from '@district-graph/kit/mutations/checks';
import { type MutationContext, type MutationResult, required } from '@district-graph/kit/mutations/mutation';
import { petitionMatterById } from './loaders.ts';
import { containsText } from './plain-text.ts';
import { transferTextNamesPetitioner } from './refusals.ts';
import { findPetitionMatter } from './store.ts';
import { encryptedPetitionMatter, type PetitionMatter } from './tables.ts';

export interface PetitionerInput {
  name: string;
  phone?: string | null;
  address?: string | null;
  idNumber?: string | null;
}

/** The form of an identity number, in its normal form. The error does not repeat it. */
function checkIdNumber<Text extends string | null | undefined>(argument: string, text: Text): Text {
  if (text === null || text === undefined || /^\d{17}[\dX]$/.test(text)) return text;
  throw badInput(argument, { zh: '18 位身份证号', en: 'an identity number of 18 digits' }, '******');
}

/** The checked columns of a petitioner. */
export const petitionerOf = ({ name, phone, address, idNumber }: PetitionerInput) => ({
  petitionerName: checkWords('petitioner.name', name),
  petitionerPhone: checkPhone('petitioner.phone', phone || null),
  petitionerAddress: checkWords('petitioner.address', address || null, 200),
  petitionerIdNumber: checkIdNumber('petitioner.idNumber', idNumber || null),
});

const petitionerColumns = [
  'petitionerName',
  'petitionerPhone',
  'petitionerAddress',
  'petitionerIdNumber',
] as const;

/**
 * The refusal of a text for the bureau that contains the petitioner's name, telephone, address or identity number, in any spacing, width
 * or numerals; null if there is no such text. `edits` are columns that are about to replace those of the row.
 */
export function refusedText(
  { keyring }: MutationContext,
  row: PetitionMatter,
  edits: Partial<Plain<PetitionMatter>>,
): MutationResult | null {
  const valueOfColumn = (column: 'transferText' | (typeof petitionerColumns)[number]) =>
    edits[column] ?? encryptedPetitionMatter.decrypt(keyring, row, column) ?? '';
  const text = valueOfColumn('transferText');
  const isNamed = petitionerColumns.some((column) => containsText(text, valueOfColumn(column)));
  return isNamed ? transferTextNamesPetitioner() : null;
}

const matterOf = async (context: SubgraphContext, id: unknown) =>
  typeof id === 'string' && isId(id) ? petitionMatterById(context).load(id) : null;

const disclosedBy = (field: 'petitionerName' | 'transferText') =>
  ({ type: 'PetitionMatter', field, scope: 'petition:identify' }) as const;

/** The outcome of a transfer discloses whether the text names the petitioner, so it needs what the name does. */
export async function showPetitioner(
  context: SubgraphContext,
  { petitionMatterId }: { petitionMatterId: string },
): Promise<void> {
  const row = await matterOf(context, petitionMatterId);
  if (row) await requireUnmasked(context, disclosedBy('petitionerName'), row);
}

/**
 * After the transfer, the outcome of an edit discloses whether the text for the bureau contains the new telephone or address, and
 * whether a new text names the petitioner.
 */
export async function showEdited(context: SubgraphContext, input: Record<string, unknown>): Promise<void> {
  const { petitionMatterId, phone, address, transferText } = input;
  const row = await matterOf(context, petitionMatterId);
  if (!row || row.transferText === null) return;
  if (phone || address) await requireUnmasked(context, disclosedBy('transferText'), row);
  if (transferText) await requireUnmasked(context, disclosedBy('petitionerName'), row);
}

/**
 * The matter, for those who handle matters there and for its petitioner. For all others it does not exist: an error of
 * its own would reveal that somebody has petitioned. The refusal is in the access records.
 */
export async function findWithdrawable(context: MutationContext, id: string): Promise<string> {
  const found = await findPetitionMatter(context.sql, id);
  const { viewer } = context;
  const isAllowed =
    found && (hasPermission(viewer, 'petition:write', found.divisionCode) || owns(viewer, found));
  if (found && !isAllowed)
    context.recordRefusal({ type: 'PetitionMatter', id: found.id, divisionCode: found.divisionCode });
  return required(isAllowed ? found : null, 'petitionMatterId', id).id;
}
