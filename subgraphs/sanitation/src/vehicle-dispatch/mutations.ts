// Mutations of dispatches: a vehicle is sent out and returns, and its status follows.

import { isId } from '@district-graph/kit/database/ids';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { type MutationContext, type MutationResult, mutation } from '@district-graph/kit/mutations/mutation';
import { refusedTransition } from '@district-graph/kit/mutations/transitions';
import { lockVehicle, statusWhenBack, vehicleUnavailable } from '../sanitation-vehicle/mutations.ts';
import { sanitationVehicles } from '../sanitation-vehicle/store.ts';
import type { SanitationVehicle } from '../sanitation-vehicle/tables.ts';
import { sanitationVehicleTransitions } from '../sanitation-vehicle/transitions.ts';
import { vehicleDispatches } from './store.ts';
import type { VehicleDispatch } from './tables.ts';

/** Returns a dispatch with its vehicle, whose status it changes to `to`. */
async function withVehicle(
  context: MutationContext,
  dispatch: MutationResult,
  vehicle: SanitationVehicle,
  to: SanitationVehicle['status'],
): Promise<MutationResult> {
  return { ...dispatch, vehicle: await sanitationVehicles.transition(context, vehicle, { status: to }) };
}

interface DispatchVehicle {
  vehicleId: string;
  purpose: VehicleDispatch['purpose'];
  incidentId?: string | null;
}

/**
 * Emergency support names an incident, no other purpose does. Whether the incident exists is known to the security
 * subgraph only.
 */
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
    dispatchVehicle: mutation<DispatchVehicle>('dispatchVehicle', async (context, input) => {
      const { vehicleId, purpose, incidentId = null } = input;
      checkIncident(purpose, incidentId);
      // The vehicle is locked: of concurrent dispatches, one gets it, and the others see that.
      const vehicle = await lockVehicle(context, vehicleId);
      if (refusedTransition(sanitationVehicleTransitions, vehicle.status, 'DISPATCHED'))
        return vehicleUnavailable(vehicle);
      const about = { vehicleId: vehicle.id, purpose, ...(incidentId && { incidentId }) };
      const columns = { ...about, divisionCode: vehicle.divisionCode, departedAt: context.now };
      const dispatch = await vehicleDispatches.register(context, columns, about);
      return withVehicle(context, dispatch, vehicle, 'DISPATCHED');
    }),

    returnVehicle: mutation<{ dispatchId: string }>('returnVehicle', async (context, { dispatchId }) => {
      const { row, refusal } = await vehicleDispatches.checkTransition(
        context,
        'dispatchId',
        dispatchId,
        'RETURNED',
      );
      if (refusal) return refusal;
      const vehicle = await lockVehicle(context, row.vehicleId);
      const about = { vehicleId: vehicle.id };
      const dispatch = await vehicleDispatches.transition(context, row, { returnedAt: context.now }, about);
      return withVehicle(context, dispatch, vehicle, await statusWhenBack(context, vehicle));
    }),
  },
};
