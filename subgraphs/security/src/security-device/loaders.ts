// Devices by key, code, division, platform and location, and their counts.

import { prefixesOf } from '@district-graph/kit/identity/viewer';
import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import { countLimit, type Page } from '@district-graph/kit/pagination/connections';
import { readStock } from '@district-graph/kit/rollups/rollups';
import {
  countDevicesBelow,
  countDevicesOfPlatforms,
  countSilentInside,
  countStatusChanges,
  type DeviceFigure,
  type DeviceFilter,
  type DeviceRow,
  findDevices,
  findDevicesByCode,
  findDevicesNear,
  listDevices,
  listDevicesOfPlatforms,
  listStatusChanges,
  type NearSearch,
} from './store.ts';
import {
  type DeviceKind,
  type DeviceStatus,
  type DeviceStatusChange,
  deviceConditions,
  deviceKinds,
} from './tables.ts';

export const deviceById = defineLoader<string, DeviceRow | null>(async (sql, ids) =>
  alignOne(ids, await findDevices(sql, ids), (row) => row.id),
);

export const deviceByCode = defineLoader<string, DeviceRow | null>(async (sql, codes) =>
  alignOne(codes, await findDevicesByCode(sql, codes), (row) => row.deviceCode),
);

interface ListArgs {
  filter: DeviceFilter;
  page: Page;
}

export const devicesByDivision = defineLoader<string, DeviceRow[], ListArgs>(
  async (sql, codes, { filter, page }) =>
    alignMany(codes, await listDevices(sql, codes, filter, page), (row) => row.inside),
);

export const devicesByPlatform = defineLoader<string, DeviceRow[], ListArgs>(
  async (sql, ids, { filter, page }) =>
    alignMany(ids, await listDevicesOfPlatforms(sql, ids, filter, page), (row) => row.platformId),
);

/** Counts up to `countLimit` + 1. */
export const deviceCountOfPlatform = defineLoader<string, number, DeviceFilter>(async (sql, ids, filter) => {
  const rows = await countDevicesOfPlatforms(sql, ids, filter, countLimit + 1);
  return alignOne(ids, rows, (row) => row.platformId).map((row) => row?.count ?? 0);
});

/** Devices by kind and status, zeros included. */
export interface DeviceCount {
  kind: DeviceKind;
  status: DeviceStatus;
  count: number;
}

/** Online devices are those in service that are not silent. */
function deviceCounts(figures: readonly DeviceFigure[]): DeviceCount[] {
  return deviceKinds.flatMap((kind) => {
    const figure = (condition: DeviceFigure['condition']) =>
      figures
        .filter((entry) => entry.kind === kind && entry.condition === condition)
        .reduce((total, { count }) => total + count, 0);
    const offline = figure('SILENT');
    return [
      { kind, status: 'ONLINE', count: figure('IN_SERVICE') - offline },
      { kind, status: 'OFFLINE', count: offline },
      { kind, status: 'FAULT', count: figure('FAULT') },
      { kind, status: 'RETIRED', count: figure('RETIRED') },
    ] satisfies DeviceCount[];
  });
}

/** From the stored counts of each condition, with silent devices counted separately. */
export const deviceCountsByDivision = defineLoader<string, DeviceCount[]>(
  async (sql, codes, _args, context) => {
    const [stocks, silent] = await Promise.all([readStock(context, codes), countSilentInside(sql, codes)]);
    return alignOne(codes, silent, (row) => row.code).map((row, index) => {
      const sums = stocks.get(codes[index] ?? '') ?? {};
      const kept = deviceKinds.flatMap((kind) =>
        deviceConditions.map((condition) => ({
          kind,
          condition,
          count: sums[`devices:${kind}:${condition}`] ?? 0,
        })),
      );
      return deviceCounts([
        ...kept,
        { kind: 'CAMERA', condition: 'SILENT', count: row?.cameras ?? 0 },
        { kind: 'ALARM_BOX', condition: 'SILENT', count: row?.alarmBoxes ?? 0 },
      ]);
    });
  },
);

export const deviceCountsByPlatform = defineLoader<string, DeviceCount[]>(async (sql, ids) =>
  alignMany(ids, await countDevicesBelow(sql, ids), (row) => row.platformId).map(deviceCounts),
);

/** Devices around a location as the viewer may see them: the key is `longitude,latitude`. */
export const devicesNear = defineLoader<string, (DeviceRow & { distanceMetres: number })[], NearSearch>(
  async (sql, locations, search, { viewer }) => {
    const points = locations.map((location) => {
      const [longitude = 0, latitude = 0] = location.split(',').map(Number);
      return { longitude, latitude };
    });
    // Devices outside of the viewer's divisions are not shown, so the scope inside them is enough.
    const isExact = viewer.purpose !== null && viewer.scopes.has('device:locate');
    const rows = await findDevicesNear(sql, points, search, { isExact, prefixes: prefixesOf(viewer) });
    return alignMany(
      locations.map((_place, index) => index + 1),
      rows,
      (row) => row.place,
    );
  },
);

export const statusChangesByDevice = defineLoader<string, DeviceStatusChange[], Page>(
  async (sql, ids, page) => alignMany(ids, await listStatusChanges(sql, ids, page), (row) => row.deviceId),
);

/** Counts up to `countLimit` + 1. */
export const statusChangeCountOfDevice = defineLoader<string, number>(async (sql, ids) => {
  const rows = await countStatusChanges(sql, ids, countLimit + 1);
  return alignOne(ids, rows, (row) => row.deviceId).map((row) => row?.count ?? 0);
});
