// Refusals of an institution: moving in, and changes that its residents prevent.
import { countsExactly } from '@district-graph/kit/access/person-counts';
import type { MutationContext, MutationResult } from '@district-graph/kit/mutations/mutation';
import type { CareInstitution } from './tables.ts';

export const careInstitutionClosed = (): MutationResult => ({
  __typename: 'CareInstitutionClosed',
  message: '该养老机构已关闭，请另选一家。 The care institution is closed; choose another one.',
});

export const careInstitutionFull = ({ beds }: CareInstitution): MutationResult => ({
  __typename: 'CareInstitutionFull',
  message: `该养老机构 ${beds} 张床位已满，请另选一家。 All ${beds} beds of the care institution are taken; choose another one.`,
  beds,
});

/**
 * Viewers who may not see exact person counts get no number: the institution itself does not show it to them
 * either.
 */
export function careInstitutionOccupied({ viewer }: MutationContext, row: CareInstitution): MutationResult {
  const residentsCount = countsExactly(viewer, row.divisionCode) ? row.residentsCount : null;
  const [zh, en] =
    residentsCount === null
      ? ['尚有老人入住', 'Elderly people live']
      : [`尚有 ${residentsCount} 位老人入住`, `${residentsCount} elderly people live`];
  return {
    __typename: 'CareInstitutionOccupied',
    message: `该养老机构${zh}，请先安置。 ${en} in the care institution; house them elsewhere first.`,
    residentsCount,
  };
}
