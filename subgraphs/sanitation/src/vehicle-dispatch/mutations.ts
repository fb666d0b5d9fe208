// Dispatches: a vehicle is sent and comes back, and its status follows.

import { isId } from '@district-graph/kit/database/ids';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { refusedTransition } from '@district-graph/kit/mutations/transitions';
import { type MutationContext, type MutationResult, mutation } from '@district-graph/kit/mutations/writes';
import { heldVehicle, statusWhenBack, vehicleUnavailable } from '../sanitation-vehicle/mutations.ts';
import { sanitationVehicles } from '../sanitation-vehicle/store.ts';
import type { SanitationVehicle } from '../sanitation-vehicle/tables.ts';
import { sanitationVehicleTransitions } from '../sanitation-vehicle/transitions.ts';
import { vehicleDispatches } from './store.ts';
import type { VehicleDispatch } from './tables.ts';

/** Answers a dispatch with its vehicle, which it makes `to`. */
async function withVehicle(
  write: MutationContext,
  dispatch: MutationResult,
  held: SanitationVehicle,
  to: SanitationVehicle['status'],
): Promise<MutationResult> {
  return { ...dispatch, vehicle: await sanitationVehicles.transition(write, held, { status: to }) };
}

interface DispatchVehicle {
  vehicleId: string;
  purpose: VehicleDispatch['purpose'];
  incidentId?: string | null;
}

/** Emergency support names its incident, and nothing else does. Whether there is such an incident is for security to say. */
function checkIncident(purpose: VehicleDispatch['purpose'], incidentId: string | null): void {
  if (purpose === 'EMERGENCY_SUPPORT') {
    if (incidentId !== null && isId(incidentId)) return;
    throw badInput(
      'incidentId',
      { zh: '所支援事件的标识', en: 'the key of the incident to support' },
      incidentId,
    );
  }
  if (incidentId === null) return;
  throw badInput('incidentId', { zh: `空（目的为 ${purpose}）`, en: `null for ${purpose}` }, incidentId);
}

export const vehicleDispatchMutations: Resolvers = {
  Mutation: {
    dispatchVehicle: mutation<DispatchVehicle>('dispatchVehicle', async (write, input) => {
      const { vehicleId, purpose, incidentId = null } = input;
      checkIncident(purpose, incidentId);
      // Held: of many who want the same vehicle, one gets it, and the others see that.
      const held = await heldVehicle(write, vehicleId);
      if (refusedTransition(sanitationVehicleTransitions, held.status, 'DISPATCHED'))
        return vehicleUnavailable(held);
      const about = { vehicleId: held.id, purpose, ...(incidentId && { incidentId }) };
      const columns = { ...about, divisionCode: held.divisionCode, departedAt: write.now };
      const dispatch = await vehicleDispatches.register(write, columns, about);
      return withVehicle(write, dispatch, held, 'DISPATCHED');
    }),

    returnVehicle: mutation<{ dispatchId: string }>('returnVehicle', async (write, { dispatchId }) => {
      const { row, refusal } = await vehicleDispatches.checkTransition(
        write,
        'dispatchId',
        dispatchId,
        'RETURNED',
      );
      if (refusal) return refusal;
      const held = await heldVehicle(write, row.vehicleId);
      const about = { vehicleId: held.id };
      const dispatch = await vehicleDispatches.transition(write, row, { returnedAt: write.now }, about);
      return withVehicle(write, dispatch, held, await statusWhenBack(write, held));
    }),
  },
};
