// Resolvers for service centres: lookup, lists inside a division, nearest first.

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
import { stockByDivision } from '@district-graph/kit/rollups/overview-loaders';
import { divisionByCode } from '../division/loaders.ts';
import { serviceCentreById, serviceCentresByDivision } from './loaders.ts';
import { findServiceCentresNear, type ServiceCentreFilter } from './store.ts';
import type { ServiceCentre } from './tables.ts';

const centreList = defineList<ServiceCentre>('serviceCentres', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);
const grades = ['CITY_LEVEL', 'STANDARD'];

const find = (id: string, context: SubgraphContext) =>
  isId(id) ? serviceCentreById(context).load(id) : null;

async function listInside(
  code: string,
  { first, after, grade }: PageArgs & ServiceCentreFilter,
  context: SubgraphContext,
) {
  const page = pageOf(centreList, { first, after });
  const rows = await serviceCentresByDivision(context, { filter: { grade }, page }).load(code);
  return toConnection(centreList, page, rows, async () => {
    const sums = await stockByDivision(context).load(code);
    return (grade ? [grade] : grades).reduce<number>(
      (total, name) => total + (sums[`service_centres:${name}`] ?? 0),
      0,
    );
  });
}

const ofDivision: Record<string, Resolver> = {
  serviceCentres: ({ code }: { code: string }, args: PageArgs & ServiceCentreFilter, context) =>
    listInside(code, args, context),
};

export const serviceCentreResolvers: Resolvers = {
  Query: {
    serviceCentre: (_root, { id }: { id: string }, context) => find(id, context),
    serviceCentres: (
      _root,
      { within, ...args }: PageArgs & ServiceCentreFilter & { within: string },
      context,
    ) => listInside(checkDivisionCode(within), args, context),
    serviceCentresNear: async (
      _root,
      args: { at: GeoPoint; withinMetres: number; first?: number | null },
      context,
    ) => {
      const { at, withinMetres } = args;
      const first = checkPageSize(args.first);
      const rows = await findServiceCentresNear(
        context.sql,
        checkPoint(at),
        checkDistance(withinMetres),
        first,
      );
      return rows.map((row) => ({ distanceMetres: row.distanceMetres, serviceCentre: row }));
    },
  },
  City: ofDivision,
  District: ofDivision,
  Subdistrict: ofDivision,
  Community: ofDivision,
  ServiceCentre: {
    __resolveReference: ({ id }: { id: string }, context: SubgraphContext) => find(id, context),
    division: ({ divisionCode }: ServiceCentre, _args, context) => divisionByCode(context).load(divisionCode),
    location: ({ longitude, latitude }: ServiceCentre) => ({ longitude, latitude }),
    residentsServed: ({ residentsServedMin, residentsServedMax }: ServiceCentre) => ({
      min: residentsServedMin,
      max: residentsServedMax,
    }),
  },
};
