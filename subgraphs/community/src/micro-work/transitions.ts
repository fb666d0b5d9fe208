// Status transitions of a micro-work; an unfinished one that is edited keeps its status.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { MicroWork } from './tables.ts';

export const microWorkTransitions: Transitions<MicroWork['status']> = {
  PLANNED: ['PLANNED', 'UNDER_CONSTRUCTION', 'CANCELLED'],
  UNDER_CONSTRUCTION: ['COMPLETED', 'CANCELLED'],
  COMPLETED: [],
  CANCELLED: [],
};
