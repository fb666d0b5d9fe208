// Status transitions of a subsidy.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Subsidy } from './tables.ts';

export const subsidyTransitions: Transitions<Subsidy['status']> = {
  GRANTED: ['PAID', 'STOPPED'],
  PAID: [],
  STOPPED: [],
};
