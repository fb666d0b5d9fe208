// What the record of an elder may become.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Elder } from './tables.ts';

export const elderTransitions: Transitions<Elder['status']> = {
  REGISTERED: ['CLOSED'],
  CLOSED: [],
};
