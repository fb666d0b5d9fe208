// Dispatches by key, by division and by incident.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countVehicleDispatches,
  findVehicleDispatches,
  listDispatchesOfIncidents,
  listVehicleDispatches,
  type VehicleDispatchFilter,
} from './store.ts';
import type { VehicleDispatch } from './tables.ts';

export const vehicleDispatchById = defineLoader<string, VehicleDispatch | null>(async (sql, ids) =>
  alignOne(ids, await findVehicleDispatches(sql, ids), (row) => row.id),
);

export const vehicleDispatchesByDivision = defineLoader<
  string,
  VehicleDispatch[],
  { filter: VehicleDispatchFilter; page: Page }
>((sql, codes, { filter, page }) => listVehicleDispatches(sql, codes, filter, page));

export const vehicleDispatchCountByDivision = defineLoader<string, number | null, VehicleDispatchFilter>(
  (sql, codes, filter) => countVehicleDispatches(sql, codes, filter),
);

export const dispatchesByIncident = defineLoader<string, VehicleDispatch[]>(async (sql, incidentIds) =>
  alignMany(
    incidentIds,
    await listDispatchesOfIncidents(sql, incidentIds),
    (row) => row.incidentId as string,
  ),
);
