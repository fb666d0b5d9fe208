// Resolvers for vehicles: lookup and lists inside a division.

import { isId } from '@district-graph/kit/database/ids';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import { checkDistance, checkPoint, type GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolver, Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import {
  checkPageSize,
  defineList,
  type PageArgs,
  pageOf,
  toConnection,
} from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { sanitationCrewById } from '../sanitation-crew/loaders.ts';
import { listDispatchesOf } from '../vehicle-dispatch/resolvers.ts';
import { sanitationVehicleById, sanitationVehiclesByDivision, vehiclesNear } from './loaders.ts';
import type { SanitationVehicleFilter } from './store.ts';
import { type SanitationVehicle, vehicleKinds } from './tables.ts';

const list = defineList<SanitationVehicle>('sanitationVehicles', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);

async function listSanitationVehiclesInside(
  code: string,
  { first, after, kind }: PageArgs & SanitationVehicleFilter,
  context: SubgraphContext,
) {
  const page = pageOf(list, { first, after });
  const rows = await sanitationVehiclesByDivision(context, { filter: { kind }, page }).load(code);
  return toConnection(list, page, rows, async () =>
    sumOf(
      await stockByDivision(context).load(code),
      ...(kind ? [kind] : vehicleKinds).map((name) => `vehicles:${name}`),
    ),
  );
}

interface NearArgs extends SanitationVehicleFilter {
  withinMetres: number;
  first?: number | null;
}

async function findNear(at: GeoPoint, { kind, withinMetres, first }: NearArgs, context: SubgraphContext) {
  const search = { kind, withinMetres: checkDistance(withinMetres), first: checkPageSize(first) };
  const rows = await vehiclesNear(context, search).load(`${at.longitude},${at.latitude}`);
  return rows.map((row) => ({ distanceMetres: row.distanceMetres, vehicle: row }));
}

const nearestAvailable: Resolver = (_root, { at, ...args }: NearArgs & { at: GeoPoint }, context) =>
  findNear(checkPoint(at), args, context);

export const sanitationVehicleResolvers: Resolvers = {
  Query: {
    sanitationVehicle: queryById(sanitationVehicleById),
    sanitationVehicles: (
      _root,
      { within, ...args }: PageArgs & SanitationVehicleFilter & { within: string },
      context,
    ) => listSanitationVehiclesInside(checkDivisionCode(within), args, context),
    sanitationVehiclesNear: nearestAvailable,
    nearestVehicles: nearestAvailable,
  },
  Incident: {
    // The location comes from the security subgraph, through @requires.
    __resolveReference: ({ id, location }: { id: string; location?: GeoPoint | null }) =>
      isId(id) ? { id, location } : null,
    supportVehicles: ({ location }: { location?: GeoPoint | null }, args: NearArgs, context) =>
      location ? findNear(checkPoint(location, 'location'), args, context) : [],
    dispatches: ({ id }: { id: string }, _args, context) => listDispatchesOf(id, context),
  },
  SanitationVehicle: {
    __resolveReference: referenceById(sanitationVehicleById),
    division: divisionOf,
    crew: fieldById(sanitationCrewById, ({ crewId }: SanitationVehicle) => crewId),
  },
};
