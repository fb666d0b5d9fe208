// Status transitions of a love supermarket.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { LoveSupermarket } from './tables.ts';

export const loveSupermarketTransitions: Transitions<LoveSupermarket['status']> = {
  OPEN: ['CLOSED'],
  CLOSED: [],
};
