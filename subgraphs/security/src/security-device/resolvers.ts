// Resolvers for devices: lookup by key and code, lists inside a division and of a platform, counts by status.

import { nullIfRefused } from '@district-graph/kit/access/protected-rows';
import { isId } from '@district-graph/kit/database/ids';
import { checkDivisionCode, cityCode } from '@district-graph/kit/divisions/divisions';
import type { Resolver, Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { checkText } from '@district-graph/kit/mutations/text-forms';
import {
  boundedCount,
  defineList,
  type PageArgs,
  pageOf,
  toConnection,
} from '@district-graph/kit/pagination/connections';
import { deviceCodeParts } from '../device-code/device-code.ts';
import { platformById } from '../monitoring-platform/loaders.ts';
import {
  type DeviceCount,
  deviceByCode,
  deviceById,
  deviceCountOfPlatform,
  deviceCountsByDivision,
  deviceCountsByPlatform,
  devicesByDivision,
  devicesByPlatform,
  statusChangeCountOfDevice,
  statusChangesByDevice,
} from './loaders.ts';
import type { DeviceFilter, DeviceRow } from './store.ts';
import type { DeviceKind, DeviceStatusChange } from './tables.ts';

const deviceList = defineList<DeviceRow>('devices', ['text', 'uuid'], (row) => [row.divisionCode, row.id]);
const platformDeviceList = defineList<DeviceRow>('MonitoringPlatform.devices', ['uuid'], (row) => [row.id]);
const statusChangeList = defineList<DeviceStatusChange>(
  'SecurityDevice.statusChanges',
  ['instant'],
  (row) => [row.at],
);

const find = (id: string, context: SubgraphContext) => (isId(id) ? deviceById(context).load(id) : null);

const typeOf = ({ kind }: DeviceRow) => (kind === 'CAMERA' ? 'Camera' : 'AlarmBox');

const sum = (counts: readonly DeviceCount[], matches: (entry: DeviceCount) => boolean) =>
  counts.filter(matches).reduce((total, { count }) => total + count, 0);

async function listInside(
  code: string,
  { first, after, kind, status }: PageArgs & DeviceFilter,
  context: SubgraphContext,
) {
  const page = pageOf(deviceList, { first, after });
  const rows = await devicesByDivision(context, { filter: { kind, status }, page }).load(code);
  return toConnection(deviceList, page, rows, async () =>
    sum(
      await deviceCountsByDivision(context).load(code),
      (entry) => (!kind || entry.kind === kind) && (!status || entry.status === status),
    ),
  );
}

/** The unretired devices of one kind. */
export const installedOf = (counts: readonly DeviceCount[], kind: DeviceKind): number =>
  sum(counts, (entry) => entry.kind === kind && entry.status !== 'RETIRED');

/** The share of unretired devices that are online; null without devices. */
export function onlineRateOf(counts: readonly DeviceCount[]): number | null {
  const all = sum(counts, ({ status }) => status !== 'RETIRED');
  if (all === 0) return null;
  return Math.round((sum(counts, ({ status }) => status === 'ONLINE') / all) * 10_000) / 10_000;
}

const installed =
  (kind: DeviceKind): Resolver =>
  async ({ code }: { code: string }, _args, context) =>
    installedOf(await deviceCountsByDivision(context).load(code), kind);

/** The fields of the interface, the same for each kind. */
const fields: Record<string, Resolver> = {
  __resolveReference: ({ id }: { id: string }, context: SubgraphContext) => find(id, context),
  codeParts: ({ deviceCode }: DeviceRow) => deviceCodeParts(deviceCode),
  division: ({ divisionCode }: DeviceRow) => ({ code: divisionCode }),
  platform: ({ platformId }: DeviceRow, _args, context) => platformById(context).load(platformId),
  location: ({ longitude, latitude }: DeviceRow) => ({ longitude, latitude }),
  statusChanges: async ({ id }: DeviceRow, args: PageArgs, context) => {
    const page = pageOf(statusChangeList, args);
    const rows = await statusChangesByDevice(context, page).load(id);
    return toConnection(statusChangeList, page, rows, async () =>
      boundedCount(await statusChangeCountOfDevice(context).load(id)),
    );
  },
};

export const securityDeviceResolvers: Resolvers = {
  Query: {
    device: (_root, { id }: { id: string }, context) => find(id, context),
    deviceByCode: async (_root, args: { deviceCode: string }, context) => {
      const deviceCode = checkText('deviceCode', args.deviceCode, 'code');
      const row = /^\d{20}$/.test(deviceCode) ? await deviceByCode(context).load(deviceCode) : null;
      const rule = { field: 'deviceByCode', scope: 'device:read' } as const;
      return row && nullIfRefused(context, { ...rule, type: typeOf(row) }, row);
    },
    devices: (_root, { within, ...args }: PageArgs & DeviceFilter & { within?: string | null }, context) =>
      listInside(checkDivisionCode(within ?? cityCode), args, context),
  },
  SecurityDevice: {
    __resolveType: typeOf,
    __resolveReference: ({ id }: { id: string }, context: SubgraphContext) => find(id, context),
  },
  Camera: fields,
  AlarmBox: fields,
  SecurityOverview: {
    cameras: installed('CAMERA'),
    alarmBoxes: installed('ALARM_BOX'),
    devicesOnlineRate: async ({ code }: { code: string }, _args, context) =>
      onlineRateOf(await deviceCountsByDivision(context).load(code)),
    deviceCounts: ({ code }: { code: string }, _args, context) => deviceCountsByDivision(context).load(code),
    devices: ({ code }: { code: string }, args: PageArgs & DeviceFilter, context) =>
      listInside(code, args, context),
  },
  MonitoringPlatform: {
    deviceCounts: ({ id }: { id: string }, _args, context) => deviceCountsByPlatform(context).load(id),
    devices: async (
      { id }: { id: string },
      { first, after, kind, status }: PageArgs & DeviceFilter,
      context,
    ) => {
      const page = pageOf(platformDeviceList, { first, after });
      const filter = { kind, status };
      const rows = await devicesByPlatform(context, { filter, page }).load(id);
      return toConnection(platformDeviceList, page, rows, async () =>
        boundedCount(await deviceCountOfPlatform(context, filter).load(id)),
      );
    },
  },
};
