// What a service centre may become.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { ServiceCentre } from './tables.ts';

export const serviceCentreTransitions: Transitions<ServiceCentre['status']> = {
  OPEN: ['CLOSED'],
  CLOSED: [],
};
