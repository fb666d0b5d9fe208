// Status transitions of a care visit.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { CareVisit } from './tables.ts';

export const careVisitTransitions: Transitions<CareVisit['status']> = {
  REQUESTED: ['ASSIGNED', 'CANCELLED'],
  ASSIGNED: ['ASSIGNED', 'IN_PROGRESS', 'CANCELLED'],
  IN_PROGRESS: ['COMPLETED'],
  COMPLETED: [],
  CANCELLED: [],
};
