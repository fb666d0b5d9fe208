// Vehicles by key and by division.

import { prefixesOf } from '@district-graph/kit/identity/viewer';
import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  findSanitationVehicles,
  findVehiclesNear,
  listSanitationVehicles,
  type SanitationVehicleFilter,
  type Search,
} from './store.ts';
import type { SanitationVehicle } from './tables.ts';

export const sanitationVehicleById = defineLoader<string, SanitationVehicle | null>(async (sql, ids) =>
  alignOne(ids, await findSanitationVehicles(sql, ids), (row) => row.id),
);

export const sanitationVehiclesByDivision = defineLoader<
  string,
  SanitationVehicle[],
  { filter: SanitationVehicleFilter; page: Page }
>((sql, codes, { filter, page }) => listSanitationVehicles(sql, codes, filter, page));

/** Nearest vehicles to a location, inside the viewer's divisions: the key is `longitude,latitude`. */
export const vehiclesNear = defineLoader<string, (SanitationVehicle & { distanceMetres: number })[], Search>(
  async (sql, locations, search, { viewer }) => {
    const points = locations.map((location) => {
      const [longitude = 0, latitude = 0] = location.split(',').map(Number);
      return { longitude, latitude };
    });
    const rows = await findVehiclesNear(sql, points, search, prefixesOf(viewer));
    return alignMany(
      locations.map((_place, index) => index + 1),
      rows,
      (row) => row.place,
    );
  },
);
