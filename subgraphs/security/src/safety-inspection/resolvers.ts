// Resolvers for safety inspections: lookup and lists inside a division.

import { isUnmasked } from '@district-graph/kit/access/protected-rows';
import { checkPeriod } from '@district-graph/kit/calendar';
import { isId } from '@district-graph/kit/database/ids';
import { checkDivisionCode, cityCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import {
  boundedCount,
  defineList,
  type PageArgs,
  pageOf,
  toConnection,
} from '@district-graph/kit/pagination/connections';
import { incidentById } from '../incident/loaders.ts';
import { isPersonal } from '../incident/tables.ts';
import { inspectionById, inspectionCountByDivision, inspectionsByDivision } from './loaders.ts';
import type { InspectionFilter } from './store.ts';
import type { SafetyInspection } from './tables.ts';

/** The community in which an incident about a person happened. */
const placeOfIncident = { type: 'Incident', field: 'division', scope: 'incident:identify' } as const;

const inspectionList = defineList<SafetyInspection>('safetyInspections', ['date', 'uuid'], (row) => [
  row.scheduledOn,
  row.id,
]);

const find = (id: string, context: SubgraphContext) => (isId(id) ? inspectionById(context).load(id) : null);

async function listInside(
  code: string,
  { first, after, kind, status, period }: PageArgs & InspectionFilter,
  context: SubgraphContext,
) {
  if (period) checkPeriod(period);
  const filter = { kind, status, period };
  const page = pageOf(inspectionList, { first, after });
  const rows = await inspectionsByDivision(context, { filter, page }).load(code);
  return toConnection(inspectionList, page, rows, async () =>
    boundedCount(await inspectionCountByDivision(context, filter).load(code)),
  );
}

export const safetyInspectionResolvers: Resolvers = {
  Query: {
    safetyInspection: (_root, { id }: { id: string }, context) => find(id, context),
    safetyInspections: (
      _root,
      { within, ...args }: PageArgs & InspectionFilter & { within?: string | null },
      context,
    ) => listInside(checkDivisionCode(within ?? cityCode), args, context),
  },
  SecurityOverview: {
    safetyInspectionList: ({ code }: { code: string }, args: PageArgs & InspectionFilter, context) =>
      listInside(code, args, context),
  },
  SafetyInspection: {
    __resolveReference: ({ id }: { id: string }, context: SubgraphContext) => find(id, context),
    division: ({ divisionCode }: SafetyInspection) => ({ code: divisionCode }),
    serviceCentre: ({ serviceCentreId }: SafetyInspection) => serviceCentreId && { id: serviceCentreId },
    incident: async ({ incidentId }: SafetyInspection, _args, context) => {
      const incident = incidentId && (await incidentById(context).load(incidentId));
      // The inspection names the community in which it takes place: usually that of the person.
      if (!incident || !isPersonal(incident) || (await isUnmasked(context, placeOfIncident, incident)))
        return incident;
      return null;
    },
  },
};
