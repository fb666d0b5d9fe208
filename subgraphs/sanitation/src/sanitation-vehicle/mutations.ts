// Mutations of vehicles: register, edit, maintain, retire. Their status follows dispatches and cleaning steps too.

import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger } from '@district-graph/kit/mutations/checks';
import { type Edits, presentFields } from '@district-graph/kit/mutations/entity-mutations';
import { type MutationContext, mutation } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { invalidTransition, staleVersion } from '@district-graph/kit/mutations/transitions';
import { findRunAtWork } from '../cleaning-run/store.ts';
import type { CleaningRun } from '../cleaning-run/tables.ts';
import { checkCrew } from '../sanitation-crew/mutations.ts';
import { lockPlateNumber, sanitationVehicles } from './store.ts';
import type { SanitationVehicle } from './tables.ts';

type Status = SanitationVehicle['status'];

const statusNames: Record<Status, string> = {
  AVAILABLE: '可调派',
  WORKING: '作业中',
  DISPATCHED: '已派出',
  MAINTENANCE: '维修中',
  RETIRED: '已报废',
};

/** The refusal of a vehicle that cannot be dispatched or set to work. */
export const vehicleUnavailable = defineRefusal('VehicleUnavailable', (row: SanitationVehicle) => ({
  zh: `车辆 ${row.plateNumber} ${statusNames[row.status]}，请另选可调派的车辆。`,
  en: `The vehicle ${row.plateNumber} is ${row.status}; choose one that is available.`,
  fields: { vehicle: row },
}));

/** Locks the vehicle until the transaction ends. */
export const lockVehicle = (context: MutationContext, id: string): Promise<SanitationVehicle> =>
  sanitationVehicles.lockForUpdate(context, 'vehicleId', id);

/** The status of a locked vehicle that is back or repaired: still at work if a step in progress uses it. */
export const statusWhenBack = async ({ sql }: MutationContext, { id }: SanitationVehicle): Promise<Status> =>
  (await findRunAtWork(sql, id)) ? 'WORKING' : 'AVAILABLE';

const plateTaken = defineRefusal('PlateNumberTaken', (row: SanitationVehicle) => ({
  zh: `号牌 ${row.plateNumber} 已登记，请核对号牌。`,
  en: `The plate number ${row.plateNumber} is registered already; check the number.`,
  fields: { vehicle: row },
}));

const vehicleAtWork = defineRefusal('VehicleAtWork', (run: CleaningRun) => ({
  zh: '车辆所在的工序尚未完成；请先完成该工序或中止作业。',
  en: 'The vehicle is used by a step in progress; complete the step or abandon the run first.',
  fields: { run },
}));

interface Fields extends Pick<SanitationVehicle, 'plateNumber' | 'onDuty'> {
  location: GeoPoint;
}

/** `undefined` leaves them as they are; `null` clears them. */
type Equipment = Partial<Pick<SanitationVehicle, 'crewId' | 'waterCapacityLitres'>>;

interface RegisterSanitationVehicle extends Fields, Equipment {
  divisionCode: string;
  kind: SanitationVehicle['kind'];
}

interface UpdateSanitationVehicle extends Edits<Fields>, Equipment {
  vehicleId: string;
  version: number;
}

/** The province, the letter of the issuing office, and the serial. Plates of the made-up city contain 示 or 测. */
const plateForm = /^\p{Script=Han}[A-Z][0-9A-Z\p{Script=Han}]{1,18}$/u;

export function checkPlate<Plate extends string | undefined>(plate: Plate): Plate {
  if (plate === undefined || plateForm.test(plate)) return plate;
  throw badInput(
    'plateNumber',
    { zh: '号牌（如 豫A12345）', en: 'a plate number, such as 豫A12345' },
    plate.slice(0, 20),
  );
}

/** A mutation that changes a vehicle's status to `to`, where the transitions allow it. */
const statusMutation = (action: string, to: Status, changes: Partial<SanitationVehicle> = {}) =>
  mutation<{ vehicleId: string }>(action, async (context, { vehicleId }) => {
    const { row, refusal } = await sanitationVehicles.checkTransition(context, 'vehicleId', vehicleId, to);
    return refusal ?? sanitationVehicles.transition(context, row, { status: to, ...changes });
  });

export const sanitationVehicleMutations: Resolvers = {
  Mutation: {
    registerSanitationVehicle: mutation<RegisterSanitationVehicle>(
      'registerSanitationVehicle',
      async (context, { location, ...input }) => {
        const { longitude, latitude } = location;
        const plateNumber = checkPlate(input.plateNumber);
        const taken = await lockPlateNumber(context.sql, plateNumber);
        if (taken) return plateTaken(taken);
        await checkCrew(context, input.crewId);
        checkInteger('waterCapacityLitres', input.waterCapacityLitres, 1);
        const columns = { ...input, plateNumber, status: 'AVAILABLE', longitude, latitude } as const;
        return sanitationVehicles.register(context, columns);
      },
    ),

    updateSanitationVehicle: mutation<UpdateSanitationVehicle>(
      'updateSanitationVehicle',
      async (context, { vehicleId, version, crewId, waterCapacityLitres, ...edits }) => {
        const row = await lockVehicle(context, vehicleId);
        const stale = staleVersion(row.version, version);
        if (stale) return stale;
        const { location, onDuty, ...edited } = presentFields(edits);
        const plateNumber = checkPlate(edited.plateNumber);
        if (plateNumber) {
          const taken = await lockPlateNumber(context.sql, plateNumber);
          if (taken && taken.id !== row.id) return plateTaken(taken);
        }
        await checkCrew(context, crewId);
        checkInteger('waterCapacityLitres', waterCapacityLitres, 1);
        const changes = { plateNumber, onDuty, crewId, waterCapacityLitres, ...location };
        return sanitationVehicles.edit(context, row, changes);
      },
    ),

    releaseVehicle: mutation<{ vehicleId: string }>('releaseVehicle', async (context, { vehicleId }) => {
      const row = await lockVehicle(context, vehicleId);
      if (row.status !== 'WORKING')
        return invalidTransition(row.status, 'AVAILABLE', {
          zh: `车辆${statusNames[row.status]}，只有作业中的车辆可以收工。`,
          en: `The vehicle is ${row.status}; only one that is WORKING can be released.`,
        });
      const run = await findRunAtWork(context.sql, row.id);
      if (run) return vehicleAtWork(run);
      return sanitationVehicles.transition(context, row, { status: 'AVAILABLE' });
    }),

    startVehicleMaintenance: statusMutation('startVehicleMaintenance', 'MAINTENANCE', { onDuty: false }),

    endVehicleMaintenance: mutation<{ vehicleId: string }>(
      'endVehicleMaintenance',
      async (context, { vehicleId }) => {
        const row = await lockVehicle(context, vehicleId);
        if (row.status !== 'MAINTENANCE')
          return invalidTransition(row.status, 'AVAILABLE', {
            zh: `车辆${statusNames[row.status]}，不在维修中。`,
            en: `The vehicle is ${row.status}; only one that is in MAINTENANCE can leave it.`,
          });
        return sanitationVehicles.transition(context, row, { status: await statusWhenBack(context, row) });
      },
    ),

    retireSanitationVehicle: statusMutation('retireSanitationVehicle', 'RETIRED', { onDuty: false }),
  },
};
