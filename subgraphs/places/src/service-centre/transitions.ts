// Status transitions of a service centre.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { ServiceCentre } from './tables.ts';

export const serviceCentreTransitions: Transitions<ServiceCentre['status']> = {
  OPEN: ['CLOSED'],
  CLOSED: [],
};
