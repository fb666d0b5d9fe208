// Resolvers for service points: lookup, lists inside a division, and those within walking distance.

import { isId } from '@district-graph/kit/database/ids';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import { checkPoint, type GeoPoint, walkingMetres } from '@district-graph/kit/divisions/geography';
import { badInput } from '@district-graph/kit/errors';
import type { Resolver, Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import {
  checkPageSize,
  defineList,
  type PageArgs,
  pageOf,
  toLazyConnection,
} from '@district-graph/kit/pagination/connections';
import { stockByDivision } from '@district-graph/kit/rollups/overview-loaders';
import { divisionByCode } from '../division/loaders.ts';
import { servicePointById, servicePointsByDivision } from './loaders.ts';
import { findServicePointsNear, type ServicePointFilter } from './store.ts';
import { type ServicePoint, serviceCircles } from './tables.ts';

const pointList = defineList<ServicePoint>('servicePoints', ['text', 'text'], (row) => [
  row.divisionCode,
  row.signNumber,
]);

const find = (id: string, context: SubgraphContext) => (isId(id) ? servicePointById(context).load(id) : null);

function listInside(
  code: string,
  { first, after, circle }: PageArgs & ServicePointFilter,
  context: SubgraphContext,
) {
  const page = pageOf(pointList, { first, after });
  const readRows = () => servicePointsByDivision(context, { filter: { circle }, page }).load(code);
  return toLazyConnection(pointList, page, readRows, async () => {
    const sums = await stockByDivision(context).load(code);
    return (circle ? [circle] : [...serviceCircles]).reduce<number>(
      (total, name) => total + (sums[`service_points:${name}`] ?? 0),
      0,
    );
  });
}

const ofDivision: Record<string, Resolver> = {
  servicePoints: ({ code }: { code: string }, args: PageArgs & ServicePointFilter, context) =>
    listInside(code, args, context),
  serviceCircles: async ({ code }: { code: string }, _args, context) => {
    const sums = await stockByDivision(context).load(code);
    return serviceCircles.map((circle) => ({ circle, count: sums[`service_points:${circle}`] ?? 0 }));
  },
};

interface NearArgs extends ServicePointFilter {
  at: GeoPoint;
  walkingMinutes: number;
  first?: number | null;
}

export const servicePointResolvers: Resolvers = {
  Query: {
    servicePoint: (_root, { id }: { id: string }, context) => find(id, context),
    servicePoints: (
      _root,
      { within, ...args }: PageArgs & ServicePointFilter & { within: string },
      context,
    ) => listInside(checkDivisionCode(within), args, context),
    servicePointsNear: async (_root, { at, walkingMinutes, circle, first }: NearArgs, context) => {
      if (walkingMinutes < 1 || walkingMinutes > 60) {
        throw badInput('walkingMinutes', { zh: '1 到 60 分钟', en: '1 to 60 minutes' }, walkingMinutes);
      }
      const withinMetres = walkingMetres(walkingMinutes);
      const rows = await findServicePointsNear(
        context.sql,
        checkPoint(at),
        withinMetres,
        { circle },
        checkPageSize(first),
      );
      return rows.map((row) => ({ distanceMetres: row.distanceMetres, servicePoint: row }));
    },
  },
  City: ofDivision,
  District: ofDivision,
  Subdistrict: ofDivision,
  Community: ofDivision,
  ServicePoint: {
    __resolveReference: ({ id }: { id: string }, context: SubgraphContext) => find(id, context),
    community: ({ divisionCode }: ServicePoint, _args, context) => divisionByCode(context).load(divisionCode),
    location: ({ longitude, latitude }: ServicePoint) => ({ longitude, latitude }),
  },
};
