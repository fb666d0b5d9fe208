// Status transitions of a service point.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { ServicePoint } from './tables.ts';

export const servicePointTransitions: Transitions<ServicePoint['status']> = {
  OPEN: ['CLOSED'],
  CLOSED: [],
};
