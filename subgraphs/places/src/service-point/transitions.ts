// What a service point may become.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { ServicePoint } from './tables.ts';

export const servicePointTransitions: Transitions<ServicePoint['status']> = {
  OPEN: ['CLOSED'],
  CLOSED: [],
};
