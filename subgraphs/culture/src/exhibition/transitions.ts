// Status transitions of an exhibition; an announced one that is edited stays announced, also while it is open.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Exhibition } from './tables.ts';

export const exhibitionTransitions: Transitions<Exhibition['status']> = {
  ANNOUNCED: ['ANNOUNCED', 'CLOSED', 'CANCELLED'],
  CLOSED: [],
  CANCELLED: [],
};
