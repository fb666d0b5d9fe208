// Status transitions of a council; an active one that is edited keeps its status.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Council } from './tables.ts';

export const councilTransitions: Transitions<Council['status']> = {
  ACTIVE: ['ACTIVE', 'DISSOLVED'],
  DISSOLVED: [],
};
