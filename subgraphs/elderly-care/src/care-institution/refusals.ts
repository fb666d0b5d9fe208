// Refusals of an institution: moving in, and changes that its residents prevent.
import { countsExactly } from '@district-graph/kit/access/person-counts';
import type { MutationContext } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import type { CareInstitution } from './tables.ts';

export const careInstitutionClosed = defineRefusal('CareInstitutionClosed', () => ({
  zh: '该养老机构已关闭，请另选一家。',
  en: 'The care institution is closed; choose another one.',
}));

export const careInstitutionFull = defineRefusal('CareInstitutionFull', ({ beds }: CareInstitution) => ({
  zh: `该养老机构 ${beds} 张床位已满，请另选一家。`,
  en: `All ${beds} beds of the care institution are taken; choose another one.`,
  fields: { beds },
}));

/** Viewers who may not see exact person counts get no number: the institution itself does not show it to them either. */
export const careInstitutionOccupied = defineRefusal(
  'CareInstitutionOccupied',
  ({ viewer }: MutationContext, row: CareInstitution) => {
    const residentsCount = countsExactly(viewer, row.divisionCode) ? row.residentsCount : null;
    const [zh, en] =
      residentsCount === null
        ? ['尚有老人入住', 'Elderly people live']
        : [`尚有 ${residentsCount} 位老人入住`, `${residentsCount} elderly people live`];
    return {
      zh: `该养老机构${zh}，请先安置。`,
      en: `${en} in the care institution; find them another place to live first.`,
      fields: { residentsCount },
    };
  },
);
