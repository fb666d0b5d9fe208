// Status transitions of an elder's record.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Elder } from './tables.ts';

export const elderTransitions: Transitions<Elder['status']> = {
  REGISTERED: ['CLOSED'],
  CLOSED: [],
};
