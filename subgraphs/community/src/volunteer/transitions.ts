// Status transitions of a volunteer.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Volunteer } from './tables.ts';

export const volunteerTransitions: Transitions<Volunteer['status']> = {
  ACTIVE: ['WITHDRAWN'],
  WITHDRAWN: [],
};
