// Status transitions of a blind spot.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { BlindSpot } from './tables.ts';

export const blindSpotTransitions: Transitions<BlindSpot['status']> = {
  REPORTED: ['CLEARED'],
  CLEARED: [],
};
