// Status transitions of a dispatch; its status follows from its instants.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { VehicleDispatch } from './tables.ts';

export type DispatchStatus = 'OUT' | 'RETURNED';

export const vehicleDispatchTransitions: Transitions<DispatchStatus> = {
  OUT: ['RETURNED'],
  RETURNED: [],
};

export const dispatchStatusOf = ({ returnedAt }: VehicleDispatch): DispatchStatus =>
  returnedAt === null ? 'OUT' : 'RETURNED';
