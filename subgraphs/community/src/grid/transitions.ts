// Status transitions of a grid; an active one that is edited keeps its status.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Grid } from './tables.ts';

export const gridTransitions: Transitions<Grid['status']> = {
  ACTIVE: ['ACTIVE', 'DISSOLVED'],
  DISSOLVED: [],
};
