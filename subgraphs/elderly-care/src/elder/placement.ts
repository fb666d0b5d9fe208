// The placement of an elder: the mode of care, with the household, institution and worker that belong to it.

import { requireUnmasked } from '@district-graph/kit/access/protected-rows';
import { newId } from '@district-graph/kit/database/ids';
import { badInput } from '@district-graph/kit/errors';
import { covers } from '@district-graph/kit/identity/viewer';
import type { SubgraphContext } from '@district-graph/kit/loaders';
import { checkOfDistrict } from '@district-graph/kit/mutations/checks';
import {
  checkInside,
  type MutationContext,
  type MutationResult,
  required,
} from '@district-graph/kit/mutations/mutation';
import { careInstitutionClosed, careInstitutionFull } from '../care-institution/refusals.ts';
import { careInstitutions } from '../care-institution/store.ts';
import { careWorkerClosed } from '../care-worker/refusals.ts';
import { careWorkers } from '../care-worker/store.ts';
import { elderCareMode, elderDivision } from './protected-fields.ts';
import { findElder, insertHousehold } from './store.ts';
import type { Elder } from './tables.ts';

/** The requested placement: `undefined` leaves a part as it is, `null` clears it. */
export interface PlacementInput {
  careMode?: Elder['careMode'];
  careInstitutionId?: string | null;
  careWorkerId?: string | null;
  sameHouseholdAs?: string | null;
}

type Placement = Pick<Elder, 'careMode' | 'householdId' | 'careInstitutionId' | 'careWorkerId'>;

const nowhere: Placement = { careMode: null, householdId: null, careInstitutionId: null, careWorkerId: null };

/**
 * A placement depends on how the elder is cared for, and on the care and community of the other member of the
 * household, so the viewer needs unmasked access to both. Elders outside of the viewer's divisions are refused by
 * the mutation itself.
 */
export async function showPlacement(
  context: SubgraphContext,
  { elderId, careMode, careInstitutionId, sameHouseholdAs }: PlacementInput & { elderId?: string },
): Promise<void> {
  const elderOf = async (id: string) => {
    const elder = await findElder(context.sql, id);
    return elder && covers(context.viewer, elder.divisionCode) ? elder : null;
  };
  const isPlaced = careMode !== undefined || careInstitutionId !== undefined || sameHouseholdAs;
  const elder = elderId && isPlaced ? await elderOf(elderId) : null;
  if (elder) await requireUnmasked(context, elderCareMode, elder);
  const other = sameHouseholdAs ? await elderOf(sameHouseholdAs) : null;
  if (!other) return;
  await requireUnmasked(context, elderDivision, other);
  await requireUnmasked(context, elderCareMode, other);
}

/**
 * The columns of the placement, with the records that they refer to locked; or the refusal of one that cannot take
 * the elder.
 */
export async function resolvePlacement(
  context: MutationContext,
  before: Elder | null,
  divisionCode: string,
  input: PlacementInput,
): Promise<{ placement: Placement; refusal: null } | { placement: null; refusal: MutationResult }> {
  const now: Placement = before ?? nowhere;
  const careMode = input.careMode === undefined ? now.careMode : input.careMode;
  const careInstitutionId = institutionOf(careMode, now, input);
  const careWorkerId = input.careWorkerId === undefined ? now.careWorkerId : input.careWorkerId;
  const refusal =
    (await refusedByInstitution(context, now.careInstitutionId, careInstitutionId)) ??
    (await refusedByWorker(context, now.careWorkerId, careWorkerId, divisionCode));
  if (refusal) return { placement: null, refusal };
  const householdId = await householdOf(context, careMode, before, divisionCode, input.sameHouseholdAs);
  return { placement: { careMode, householdId, careInstitutionId, careWorkerId }, refusal: null };
}

function institutionOf(careMode: Elder['careMode'], now: Placement, { careInstitutionId }: PlacementInput) {
  if (careMode !== 'INSTITUTION') {
    if (!careInstitutionId) return null;
    throw badInput(
      'careInstitutionId',
      { zh: '空值，除非养老方式为 INSTITUTION', en: 'null unless careMode is INSTITUTION' },
      careInstitutionId,
    );
  }
  const id = careInstitutionId === undefined ? now.careInstitutionId : careInstitutionId;
  if (id) return id;
  throw badInput(
    'careInstitutionId',
    { zh: '入住的机构，因养老方式为 INSTITUTION', en: 'an institution, because careMode is INSTITUTION' },
    id,
  );
}

async function refusedByInstitution(
  context: MutationContext,
  from: string | null,
  to: string | null,
): Promise<MutationResult | null> {
  if (to === null || to === from) return null;
  // Both are locked in one order, so that opposite moves at the same time wait for each other and do not deadlock.
  for (const id of from && from < to ? [from, to] : [to, ...(from ? [from] : [])]) {
    const institution = await careInstitutions.lockUnscoped(context, 'careInstitutionId', id);
    if (id !== to) continue;
    if (institution.status === 'CLOSED') return careInstitutionClosed();
    if (institution.residentsCount >= institution.beds) return careInstitutionFull(institution);
  }
  return null;
}

async function refusedByWorker(
  context: MutationContext,
  from: string | null,
  to: string | null,
  divisionCode: string,
): Promise<MutationResult | null> {
  if (to === null || to === from) return null;
  checkOfDistrict('careWorkerId', to, divisionCode);
  const worker = await careWorkers.lockUnscoped(context, 'careWorkerId', to);
  return worker.status === 'CLOSED' ? careWorkerClosed() : null;
}

/**
 * Care at home is counted by household: that of the elder named, the current one, or a new one where the elder
 * lives.
 */
async function householdOf(
  context: MutationContext,
  careMode: Elder['careMode'],
  before: Elder | null,
  divisionCode: string,
  sameHouseholdAs?: string | null,
): Promise<string | null> {
  if (careMode !== 'HOME') return null;
  if (sameHouseholdAs) {
    const other = required(await findElder(context.sql, sameHouseholdAs), 'sameHouseholdAs', sameHouseholdAs);
    // Outside of the viewer's divisions, neither the mode of care nor the community of a person is shown.
    checkInside(context, { type: 'Elder', id: other.id, divisionCode: other.divisionCode });
    if (other.householdId && other.divisionCode === divisionCode) return other.householdId;
    throw badInput(
      'sameHouseholdAs',
      {
        zh: '同一社区内居家养老的老人',
        en: 'an elder of the same community who receives care at home',
      },
      sameHouseholdAs,
    );
  }
  if (before?.householdId && before.divisionCode === divisionCode) return before.householdId;
  const { id } = await insertHousehold(context.sql, { id: newId(divisionCode), divisionCode });
  return id;
}
