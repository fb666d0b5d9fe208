// Dispatches: a vehicle is sent and comes back, and its status follows.
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { isId, newId } from '@district-graph/kit/ids';
import { refusedTransition } from '@district-graph/kit/transitions';
import { mutation, required, type Written } from '@district-graph/kit/writes';
import { becomeVehicle, heldVehicle, vehicleUnavailable } from '../sanitation-vehicle/mutations.ts';
import type { SanitationVehicle } from '../sanitation-vehicle/tables.ts';
import { sanitationVehicleTransitions } from '../sanitation-vehicle/transitions.ts';
import { changeVehicleDispatch, insertVehicleDispatch, lockVehicleDispatch } from './store.ts';
import type { VehicleDispatch } from './tables.ts';
import { dispatchStatusOf, vehicleDispatchTransitions } from './transitions.ts';

const dispatch = (row: VehicleDispatch, vehicle: SanitationVehicle): Written => ({
  __typename: 'VehicleDispatch',
  ...row,
  vehicle,
});

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
      const { divisionCode } = held;
      const row = await insertVehicleDispatch(write.sql, {
        id: newId(divisionCode),
        divisionCode,
        vehicleId: held.id,
        purpose,
        departedAt: write.now,
        incidentId,
      });
      await write.record({
        entityType: 'VehicleDispatch',
        entityId: row.id,
        divisionCode,
        to: dispatchStatusOf(row),
        detail: { vehicleId: held.id, purpose, ...(incidentId && { incidentId }) },
      });
      return dispatch(row, await becomeVehicle(write, held, { status: 'DISPATCHED' }));
    }),

    returnVehicle: mutation<{ dispatchId: string }>('returnVehicle', async (write, { dispatchId }) => {
      const before = required(await lockVehicleDispatch(write.sql, dispatchId), 'dispatchId', dispatchId);
      const refusal = refusedTransition(vehicleDispatchTransitions, dispatchStatusOf(before), 'RETURNED');
      if (refusal) return refusal;
      const held = await heldVehicle(write, before.vehicleId);
      const row = await changeVehicleDispatch(write.sql, before.id, { returnedAt: write.now });
      await write.record({
        entityType: 'VehicleDispatch',
        entityId: row.id,
        divisionCode: row.divisionCode,
        from: dispatchStatusOf(before),
        to: dispatchStatusOf(row),
        detail: { vehicleId: held.id },
      });
      return dispatch(row, await becomeVehicle(write, held, { status: 'AVAILABLE' }));
    }),
  },
};
