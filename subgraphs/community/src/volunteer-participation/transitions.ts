// Status transitions of a participation. The confirmation of hours is none.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { VolunteerParticipation } from './tables.ts';

export const participationTransitions: Transitions<VolunteerParticipation['status']> = {
  SIGNED_UP: ['ATTENDED', 'ABSENT', 'CANCELLED'],
  ATTENDED: [],
  ABSENT: [],
  CANCELLED: [],
};
