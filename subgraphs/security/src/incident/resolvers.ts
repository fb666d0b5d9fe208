// Resolvers for incidents: lookup, lists inside a division and about an elder, the timeline, nearby devices.

import { isUnmasked, pageInside } from '@district-graph/kit/access/protected-rows';
import { checkPeriod } from '@district-graph/kit/calendar';
import { isId } from '@district-graph/kit/database/ids';
import { checkDivisionCode, cityCode } from '@district-graph/kit/divisions/divisions';
import { checkDistance } from '@district-graph/kit/divisions/geography';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { coarsePoint, Unprotected } from '@district-graph/kit/masking';
import {
  boundedCount,
  checkPageSize,
  defineList,
  type PageArgs,
  pageOf,
  toConnection,
} from '@district-graph/kit/pagination/connections';
import { foreignReference } from '@district-graph/kit/schema/entities';
import { deviceById, devicesNear } from '../security-device/loaders.ts';
import type { DeviceKind } from '../security-device/tables.ts';
import {
  incidentById,
  incidentCountByDivision,
  incidentCountOfElder,
  incidentsByDivision,
  incidentsByElder,
  timelineByIncident,
} from './loaders.ts';
import type { IncidentFilter, IncidentOrder, IncidentRow } from './store.ts';
import { type Incident, isPersonal } from './tables.ts';

const byTime = (name: string) =>
  defineList<Incident>(name, ['instant', 'uuid'], (row) => [row.raisedAt, row.id]);

const incidentLists = {
  RAISED_AT_DESC: byTime('incidents'),
  RAISED_AT_ASC: byTime('incidents, oldest first'),
};
const elderIncidentList = byTime('Elder.incidents');

interface IncidentListArgs extends PageArgs, IncidentFilter {
  orderBy?: IncidentOrder | null;
}

const find = (id: string, context: SubgraphContext) => (isId(id) ? incidentById(context).load(id) : null);

const protectedIf = (isProtected: boolean, value: unknown) => (isProtected ? value : new Unprotected(value));

const locationRule = (field: string) => ({ type: 'Incident', field, scope: 'incident:identify' }) as const;

/**
 * Whether its location is a person's, or that of the source device: an incident must not reveal where devices
 * stand.
 */
const isLocationProtected = (row: Incident & Partial<IncidentRow>) =>
  isPersonal(row) || (row.sourceDeviceId !== null && row.isAtSource !== false);

async function listInside(
  list: string,
  code: string,
  { first, after, orderBy, status, open, kind, severity, period }: IncidentListArgs,
  context: SubgraphContext,
) {
  if (period) checkPeriod(period);
  if (severity != null && (severity < 1 || severity > 4)) {
    throw badInput('severity', { zh: '1 到 4', en: '1 to 4' }, severity);
  }
  const filter = { status, open, kind, severity, period };
  const order = orderBy ?? 'RAISED_AT_DESC';
  const incidentList = incidentLists[order];
  const page = pageOf(incidentList, { first, after });
  const rule = { list, division: locationRule('division'), isProtected: isPersonal };
  const rows = await pageInside(context, rule, code, page, () =>
    incidentsByDivision(context, { filter: { ...filter, orderBy: order }, page }).load(code),
  );
  return toConnection(incidentList, page, rows, () => incidentCountByDivision(context, filter).load(code));
}

interface NearbyArgs {
  kind?: DeviceKind | null;
  withinMetres: number;
  first?: number | null;
}

export const incidentResolvers: Resolvers = {
  Query: {
    incident: (_root, { id }: { id: string }, context) => find(id, context),
    incidents: (_root, { within, ...args }: IncidentListArgs & { within?: string | null }, context) =>
      listInside('incidents', checkDivisionCode(within ?? cityCode), args, context),
  },
  SecurityOverview: {
    incidentList: ({ code }: { code: string }, args: IncidentListArgs, context) =>
      listInside('incidentList', code, args, context),
  },
  Incident: {
    __resolveReference: ({ id }: { id: string }, context: SubgraphContext) => find(id, context),
    description: (row: Incident) => protectedIf(isPersonal(row), row.description),
    division: (row: Incident) => protectedIf(isPersonal(row), { code: row.divisionCode }),
    location: (row: Incident) =>
      protectedIf(isLocationProtected(row), { longitude: row.longitude, latitude: row.latitude }),
    source: async (row: Incident, _args, context) => {
      const { sourceDeviceId } = row;
      if (sourceDeviceId === null) return null;
      // It names the community where the device stands: usually that of the person.
      if (isPersonal(row) && !(await isUnmasked(context, locationRule('source'), row))) return null;
      return deviceById(context).load(sourceDeviceId);
    },
    elder: ({ elderId }: Incident) => elderId && { id: elderId },
    timeline: async (row: Incident, _args, context) => {
      const entries = await timelineByIncident(context).load(row.id);
      const { divisionCode, elderId } = row;
      return entries.map((entry) => ({ ...entry, divisionCode, elderId, isPersonal: isPersonal(row) }));
    },
    nearbyDevices: async (row: Incident, { kind, withinMetres, first }: NearbyArgs, context) => {
      const args = {
        kind: kind ?? null,
        withinMetres: checkDistance(withinMetres),
        first: checkPageSize(first),
      };
      // Around the location that the viewer is shown: distances from the exact one would reveal it.
      const isShown =
        !isLocationProtected(row) || (await isUnmasked(context, locationRule('nearbyDevices'), row));
      const { longitude, latitude } = isShown ? row : coarsePoint(row.longitude, row.latitude);
      const devices = await devicesNear(context, args).load(`${longitude},${latitude}`);
      return devices.map((device) => ({ device, distanceMetres: device.distanceMetres }));
    },
  },
  IncidentTimelineEntry: {
    note: ({ note, isPersonal }: { note: string | null; isPersonal: boolean }) =>
      protectedIf(isPersonal, note),
  },
  Elder: {
    __resolveReference: foreignReference,
    incidents: async ({ id }: { id: string }, args: PageArgs, context) => {
      const page = pageOf(elderIncidentList, args);
      const rows = await incidentsByElder(context, page).load(id);
      return toConnection(elderIncidentList, page, rows, async () =>
        boundedCount(await incidentCountOfElder(context).load(id)),
      );
    },
  },
};
