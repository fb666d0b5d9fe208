// Status transitions of a troupe; an active one that is edited stays active.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Troupe } from './tables.ts';

export const troupeTransitions: Transitions<Troupe['status']> = {
  ACTIVE: ['ACTIVE', 'DISBANDED'],
  DISBANDED: [],
};
