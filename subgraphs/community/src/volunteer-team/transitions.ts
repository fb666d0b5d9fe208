// Status transitions of a team of volunteers; an active one that is edited stays active.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { VolunteerTeam } from './tables.ts';

export const volunteerTeamTransitions: Transitions<VolunteerTeam['status']> = {
  ACTIVE: ['ACTIVE', 'DISBANDED'],
  DISBANDED: [],
};
