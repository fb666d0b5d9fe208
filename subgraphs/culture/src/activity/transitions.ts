// What an activity may become; one on offer that is edited stays on offer.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Activity } from './tables.ts';

export const activityTransitions: Transitions<Activity['status']> = {
  OFFERED: ['OFFERED', 'CLOSED'],
  CLOSED: [],
};
