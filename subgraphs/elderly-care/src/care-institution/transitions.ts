// Status transitions of a care institution.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { CareInstitution } from './tables.ts';

export const careInstitutionTransitions: Transitions<CareInstitution['status']> = {
  OPEN: ['CLOSED'],
  CLOSED: [],
};
