// Status transitions of a run and its steps.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { CleaningRun, CleaningStep } from './tables.ts';

export const cleaningRunTransitions: Transitions<CleaningRun['status']> = {
  OPEN: ['COMPLETED', 'ABANDONED'],
  COMPLETED: [],
  ABANDONED: [],
};

/** A step that was not reported as started may be reported as completed. */
export const cleaningStepTransitions: Transitions<CleaningStep['status']> = {
  PENDING: ['IN_PROGRESS', 'COMPLETED'],
  IN_PROGRESS: ['COMPLETED'],
  COMPLETED: [],
};
