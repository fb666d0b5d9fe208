// Status transitions of an activity; an offered one that is edited stays offered.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Activity } from './tables.ts';

export const activityTransitions: Transitions<Activity['status']> = {
  OFFERED: ['OFFERED', 'CLOSED'],
  CLOSED: [],
};
