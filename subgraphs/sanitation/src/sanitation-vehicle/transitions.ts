// Status transitions of a vehicle.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { SanitationVehicle } from './tables.ts';

export const sanitationVehicleTransitions: Transitions<SanitationVehicle['status']> = {
  AVAILABLE: ['WORKING', 'DISPATCHED', 'MAINTENANCE', 'RETIRED'],
  WORKING: ['AVAILABLE', 'MAINTENANCE'],
  DISPATCHED: ['AVAILABLE', 'WORKING'],
  MAINTENANCE: ['AVAILABLE', 'WORKING', 'RETIRED'],
  RETIRED: [],
};
