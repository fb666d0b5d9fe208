// Resolvers for care institutions: lookup, lists inside a division, nearest first, and the one in a service centre.

import { personCountOf } from '@district-graph/kit/access/person-counts';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import { checkDistance, checkPoint, type GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import {
  checkPageSize,
  defineList,
  type PageArgs,
  pageOf,
  toConnection,
} from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import {
  divisionOf,
  foreignEntity,
  foreignReference,
  queryById,
  referenceById,
} from '@district-graph/kit/schema/entities';
import {
  careInstitutionByCentre,
  careInstitutionById,
  careInstitutionsByDivision,
  inspectionCountByInstitution,
  inspectionsByInstitution,
} from './loaders.ts';
import { type CareInstitutionFilter, type CareInstitutionOrder, findCareInstitutionsNear } from './store.ts';
import { type CareInstitution, careInstitutionKinds, type InstitutionInspection } from './tables.ts';

const institutionLists = {
  DIVISION_CODE: defineList<CareInstitution>('careInstitutions', ['text', 'uuid'], (row) => [
    row.divisionCode,
    row.id,
  ]),
  BEDS_DESC: defineList<CareInstitution>('careInstitutions by beds', ['number', 'uuid'], (row) => [
    row.beds,
    row.id,
  ]),
};

export interface InstitutionListArgs extends PageArgs, CareInstitutionFilter {
  orderBy?: CareInstitutionOrder | null;
}
const inspectionList = defineList<InstitutionInspection>('safetyInspections', ['date', 'uuid'], (row) => [
  row.inspectedOn,
  row.id,
]);

export async function listInstitutionsInside(
  code: string,
  { first, after, kind, orderBy }: InstitutionListArgs,
  context: SubgraphContext,
) {
  const order = orderBy ?? 'DIVISION_CODE';
  const list = institutionLists[order];
  const page = pageOf(list, { first, after });
  const rows = await careInstitutionsByDivision(context, { filter: { kind, orderBy: order }, page }).load(
    code,
  );
  return toConnection(list, page, rows, async () => {
    const kinds = kind ? [kind] : careInstitutionKinds;
    return sumOf(await stockByDivision(context).load(code), ...kinds.map((name) => `institutions:${name}`));
  });
}

interface NearArgs extends CareInstitutionFilter {
  at: GeoPoint;
  withinMetres: number;
  first?: number | null;
}

export const careInstitutionResolvers: Resolvers = {
  Query: {
    careInstitution: queryById(careInstitutionById),
    careInstitutions: (_root, { within, ...args }: InstitutionListArgs & { within: string }, context) =>
      listInstitutionsInside(checkDivisionCode(within), args, context),
    careInstitutionsNear: async (_root, { at, withinMetres, kind, first }: NearArgs, context) => {
      const size = checkPageSize(first);
      const rows = await findCareInstitutionsNear(
        context.sql,
        checkPoint(at),
        checkDistance(withinMetres),
        { kind },
        size,
      );
      return rows.map((row) => ({ distanceMetres: row.distanceMetres, careInstitution: row }));
    },
  },
  CareInstitution: {
    __resolveReference: referenceById(careInstitutionById),
    division: divisionOf,
    residentsCount: personCountOf('residentsCount'),
    location: ({ longitude, latitude }: CareInstitution) => ({ longitude, latitude }),
    serviceCentre: foreignEntity(({ serviceCentreId }: CareInstitution) => serviceCentreId),
    safetyInspections: async ({ id }: CareInstitution, args: PageArgs, context) => {
      const page = pageOf(inspectionList, args);
      const rows = await inspectionsByInstitution(context, page).load(id);
      return toConnection(inspectionList, page, rows, () => inspectionCountByInstitution(context).load(id));
    },
  },
  ServiceCentre: {
    __resolveReference: foreignReference,
    careInstitution: ({ id }: { id: string }, _args, context) => careInstitutionByCentre(context).load(id),
  },
};
