// Status transitions of a problem; a trigger of its table enforces the same. A solution that fails its verification is sent back.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { GridProblem } from './tables.ts';

export const gridProblemTransitions: Transitions<GridProblem['status']> = {
  FOUND: ['HANDED_OVER', 'CANCELLED'],
  HANDED_OVER: ['SOLVED', 'CANCELLED'],
  SOLVED: ['VERIFIED', 'HANDED_OVER'],
  VERIFIED: [],
  CANCELLED: [],
};
