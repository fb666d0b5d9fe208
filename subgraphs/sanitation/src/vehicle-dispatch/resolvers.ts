// Dispatches of vehicles: look-up, and lists inside a division by time.
import { checkPeriod } from '@district-graph/kit/calendar';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/connections';
import { checkDivisionCode } from '@district-graph/kit/divisions';
import { divisionOf, foreignEntity, queryById, referenceById } from '@district-graph/kit/entities';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { sanitationVehicleById } from '../sanitation-vehicle/loaders.ts';
import type { SanitationVehicle } from '../sanitation-vehicle/tables.ts';
import {
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
    // A write answers with the vehicle as it left it.
    vehicle: ({ vehicleId, vehicle }: VehicleDispatch & { vehicle?: SanitationVehicle }, _args, context) =>
      vehicle ?? sanitationVehicleById(context).load(vehicleId),
    incident: foreignEntity(({ incidentId }: VehicleDispatch) => incidentId),
    division: divisionOf,
  },
};
