// Resolvers for vehicle dispatches: lookup, and lists inside a division by time.
import { checkPeriod } from '@district-graph/kit/calendar';
import { checkDivisionCode, districtCodeOf } from '@district-graph/kit/divisions/divisions';
import { covers } from '@district-graph/kit/identity/viewer';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { foreignEntity, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { sanitationVehicleById } from '../sanitation-vehicle/loaders.ts';
import type { SanitationVehicle } from '../sanitation-vehicle/tables.ts';
import {
  dispatchesByIncident,
  vehicleDispatchById,
  vehicleDispatchCountByDivision,
  vehicleDispatchesByDivision,
} from './loaders.ts';
import type { VehicleDispatchFilter } from './store.ts';
import type { VehicleDispatch } from './tables.ts';

const dispatchList = defineList<VehicleDispatch>('vehicleDispatches', ['instant', 'uuid'], (row) => [
  row.departedAt,
  row.id,
]);

type ListArgs = PageArgs & VehicleDispatchFilter & { within: string };

/**
 * A dispatch of another district that is shown with the incident it supports: without its vehicle, and so without
 * its location.
 */
interface Shown extends VehicleDispatch {
  vehicle?: SanitationVehicle;
  isForeign?: true;
}

/** The dispatches for an incident. One of another district shows fewer fields, and does not fail the others. */
export async function listDispatchesOf(incidentId: string, context: SubgraphContext): Promise<Shown[]> {
  const { viewer, ownedByViewer: own } = context;
  const rows = await dispatchesByIncident(context).load(incidentId);
  return rows.map((row): Shown => {
    if (covers(viewer, row.divisionCode)) return row;
    const shown = { ...row, isForeign: true } as const;
    own.add(shown);
    return shown;
  });
}

export const vehicleDispatchResolvers: Resolvers = {
  Query: {
    vehicleDispatch: queryById(vehicleDispatchById),
    vehicleDispatches: async (_root, { within, first, after, ...filter }: ListArgs, context) => {
      const code = checkDivisionCode(within);
      checkPeriod(filter.period);
      const page = pageOf(dispatchList, { first, after });
      const rows = await vehicleDispatchesByDivision(context, { filter, page }).load(code);
      return toConnection(dispatchList, page, rows, () =>
        vehicleDispatchCountByDivision(context, filter).load(code),
      );
    },
  },
  VehicleDispatch: {
    __resolveReference: referenceById(vehicleDispatchById),
    // A mutation returns the vehicle as it left it.
    vehicle: ({ vehicleId, vehicle, isForeign }: Shown, _args, context) =>
      isForeign ? null : (vehicle ?? sanitationVehicleById(context).load(vehicleId)),
    incident: foreignEntity(({ incidentId }: VehicleDispatch) => incidentId),
    division: ({ divisionCode, isForeign }: Shown) => ({
      code: isForeign ? districtCodeOf(divisionCode) : divisionCode,
    }),
  },
};
