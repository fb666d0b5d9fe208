// Status transitions of a volunteer service; a planned one that is edited stays planned.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { VolunteerService } from './tables.ts';

export const volunteerServiceTransitions: Transitions<VolunteerService['status']> = {
  PLANNED: ['PLANNED', 'HELD', 'CANCELLED'],
  HELD: [],
  CANCELLED: [],
};
