// Vehicles: registered, edited, in and out of maintenance, retired. Their status follows dispatches and cleaning steps too.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { checkPoint, type GeoPoint } from '@district-graph/kit/geography';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition, staleVersion } from '@district-graph/kit/transitions';
import { mutation, required, type Write, type Written } from '@district-graph/kit/writes';
import { findRunAtWork } from '../cleaning-run/store.ts';
import { checkCrew } from '../sanitation-crew/mutations.ts';
import {
  changeSanitationVehicle,
  holdPlateNumber,
  insertSanitationVehicle,
  lockSanitationVehicle,
} from './store.ts';
import type { SanitationVehicle } from './tables.ts';
import { sanitationVehicleTransitions } from './transitions.ts';

type Status = SanitationVehicle['status'];

const vehicle = (row: SanitationVehicle): Written => ({ __typename: 'SanitationVehicle', ...row });

const statusNames: Record<Status, string> = {
  AVAILABLE: '可调派',
  WORKING: '作业中',
  DISPATCHED: '已派出',
  MAINTENANCE: '维修中',
  RETIRED: '已报废',
};

/** The refusal of a vehicle that cannot be sent or set to work. */
export const vehicleUnavailable = (row: SanitationVehicle): Written => ({
  __typename: 'VehicleUnavailable',
  message: `车辆 ${row.plateNumber} ${statusNames[row.status]}，请另选可调派的车辆。 The vehicle ${row.plateNumber} is ${row.status}; choose one that is available.`,
  vehicle: row,
});

/** The vehicle, held until the write ends. */
export const heldVehicle = async (write: Write, id: string): Promise<SanitationVehicle> =>
  required(await lockSanitationVehicle(write.sql, id), 'vehicleId', id);

/** Changes a held vehicle, and records it. Whether its status may become that is checked before. */
export async function becomeVehicle(
  write: Write,
  before: SanitationVehicle,
  changes: Partial<SanitationVehicle>,
): Promise<SanitationVehicle> {
  const after = await changeSanitationVehicle(write.sql, before.id, changes);
  const fields = Object.entries(changes).flatMap(([name, value]) =>
    value === undefined || name === 'status' ? [] : [name],
  );
  await write.record({
    entityType: 'SanitationVehicle',
    entityId: after.id,
    divisionCode: after.divisionCode,
    from: before.status,
    to: after.status,
    detail: fields.length ? { fields } : {},
  });
  return after;
}

const plateTaken = (row: SanitationVehicle): Written => ({
  __typename: 'PlateNumberTaken',
  message: `号牌 ${row.plateNumber} 已登记。 The plate number ${row.plateNumber} is registered already.`,
  vehicle: row,
});

interface RegisterSanitationVehicle {
  divisionCode: string;
  plateNumber: string;
  kind: SanitationVehicle['kind'];
  onDuty: boolean;
  crewId?: string | null;
  waterCapacityLitres?: number | null;
  location: GeoPoint;
}

interface UpdateSanitationVehicle {
  vehicleId: string;
  version: number;
  plateNumber?: string | null;
  onDuty?: boolean | null;
  crewId?: string | null;
  waterCapacityLitres?: number | null;
  location?: GeoPoint | null;
}

/** The mutation that makes a vehicle `to`, where its table allows it. */
const statusMutation = (action: string, to: Status, changes: Partial<SanitationVehicle> = {}) =>
  mutation<{ vehicleId: string }>(action, async (write, { vehicleId }) => {
    const row = await heldVehicle(write, vehicleId);
    const refusal = refusedTransition(sanitationVehicleTransitions, row.status, to);
    return refusal ?? vehicle(await becomeVehicle(write, row, { status: to, ...changes }));
  });

export const sanitationVehicleMutations: Resolvers = {
  Mutation: {
    registerSanitationVehicle: mutation<RegisterSanitationVehicle>(
      'registerSanitationVehicle',
      async (write, { location, ...input }) => {
        checkDivisionCode(input.divisionCode, 'divisionCode');
        const { longitude, latitude } = checkPoint(location, 'location');
        const taken = await holdPlateNumber(write.sql, input.plateNumber);
        if (taken) return plateTaken(taken);
        await checkCrew(write, input.crewId);
        const row = await insertSanitationVehicle(write.sql, {
          ...input,
          id: newId(input.divisionCode),
          status: 'AVAILABLE',
          longitude,
          latitude,
        });
        await write.record({
          entityType: 'SanitationVehicle',
          entityId: row.id,
          divisionCode: row.divisionCode,
          to: row.status,
        });
        return vehicle(row);
      },
    ),

    updateSanitationVehicle: mutation<UpdateSanitationVehicle>(
      'updateSanitationVehicle',
      async (write, input) => {
        const { vehicleId, version, plateNumber, onDuty, crewId, waterCapacityLitres, location } = input;
        const row = await heldVehicle(write, vehicleId);
        const stale = staleVersion(row.version, version);
        if (stale) return stale;
        if (plateNumber) {
          const taken = await holdPlateNumber(write.sql, plateNumber);
          if (taken && taken.id !== row.id) return plateTaken(taken);
        }
        await checkCrew(write, crewId);
        const { longitude, latitude } = location ? checkPoint(location, 'location') : {};
        const changes = {
          plateNumber: plateNumber ?? undefined,
          onDuty: onDuty ?? undefined,
          crewId,
          waterCapacityLitres,
          longitude,
          latitude,
        };
        return vehicle(await becomeVehicle(write, row, changes));
      },
    ),

    releaseVehicle: mutation<{ vehicleId: string }>('releaseVehicle', async (write, { vehicleId }) => {
      const row = await heldVehicle(write, vehicleId);
      if (row.status !== 'WORKING')
        return {
          __typename: 'InvalidTransition',
          message: `车辆 ${statusNames[row.status]}，只有作业中的车辆可以收工。 The vehicle is ${row.status}; only one that is at work can be released.`,
          from: row.status,
          to: 'AVAILABLE',
        };
      const run = await findRunAtWork(write.sql, row.id);
      if (run)
        return {
          __typename: 'VehicleAtWork',
          message:
            '车辆所在的工序尚未完成；请先完成该工序或中止作业。 The vehicle is at a step in progress; complete the step or abandon the run first.',
          run,
        };
      return vehicle(await becomeVehicle(write, row, { status: 'AVAILABLE' }));
    }),

    startVehicleMaintenance: statusMutation('startVehicleMaintenance', 'MAINTENANCE', { onDuty: false }),

    endVehicleMaintenance: mutation<{ vehicleId: string }>(
      'endVehicleMaintenance',
      async (write, { vehicleId }) => {
        const row = await heldVehicle(write, vehicleId);
        if (row.status !== 'MAINTENANCE')
          return {
            __typename: 'InvalidTransition',
            message: `车辆 ${statusNames[row.status]}，不在维修中。 The vehicle is ${row.status}, not in maintenance.`,
            from: row.status,
            to: 'AVAILABLE',
          };
        return vehicle(await becomeVehicle(write, row, { status: 'AVAILABLE' }));
      },
    ),

    retireSanitationVehicle: statusMutation('retireSanitationVehicle', 'RETIRED', { onDuty: false }),
  },
};
