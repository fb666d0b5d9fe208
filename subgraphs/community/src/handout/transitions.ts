// Status transitions of a handout.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Handout } from './tables.ts';

export const handoutTransitions: Transitions<Handout['status']> = {
  RECORDED: ['CANCELLED'],
  CANCELLED: [],
};
