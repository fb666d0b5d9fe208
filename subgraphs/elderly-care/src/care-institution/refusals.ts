// The refusals of who would move into an institution, and of what its residents stand against.
import type { Written } from '@district-graph/kit/writes';
import type { CareInstitution } from './tables.ts';

export const careInstitutionClosed = (): Written => ({
  __typename: 'CareInstitutionClosed',
  message: '该养老机构已关闭，请另选一家。 The care institution is closed; choose another one.',
});

export const careInstitutionFull = ({ beds }: CareInstitution): Written => ({
  __typename: 'CareInstitutionFull',
  message: `该养老机构 ${beds} 张床位已满，请另选一家。 All ${beds} beds of the care institution are taken; choose another one.`,
  beds,
});

export const careInstitutionOccupied = ({ residentsCount }: CareInstitution): Written => ({
  __typename: 'CareInstitutionOccupied',
  message: `该养老机构尚有 ${residentsCount} 位老人入住，请先安置。 ${residentsCount} elderly people live in the care institution; house them elsewhere first.`,
  residentsCount,
});
