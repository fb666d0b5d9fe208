// Resolvers for pollution alerts: lookup and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { inspectionCountByAlert, inspectionsByAlert } from '../inspection/loaders.ts';
import type { InspectionFilter } from '../inspection/store.ts';
import type { Inspection } from '../inspection/tables.ts';
import { pollutionCategories } from '../pollution-source/tables.ts';
import { pollutionAlertById, pollutionAlertsByDivision, progressByAlert, teamsByAlert } from './loaders.ts';

import type { PollutionAlert } from './tables.ts';

const list = defineList<PollutionAlert>('pollutionAlerts', ['text', 'instant', 'uuid'], (row) => [
  row.divisionCode,
  row.issuedAt,
  row.id,
]);
const inspectionList = defineList<Inspection>('PollutionAlert.inspections', ['instant', 'uuid'], (row) => [
  row.inspectedAt,
  row.id,
]);

async function listPollutionAlertsInside(code: string, args: PageArgs, context: SubgraphContext) {
  const page = pageOf(list, args);
  const rows = await pollutionAlertsByDivision(context, page).load(code);
  return toConnection(list, page, rows, async () =>
    sumOf(await stockByDivision(context).load(code), 'alerts'),
  );
}

export const pollutionAlertResolvers: Resolvers = {
  Query: {
    pollutionAlert: queryById(pollutionAlertById),
    pollutionAlerts: (_root, { within, ...args }: PageArgs & { within: string }, context) =>
      listPollutionAlertsInside(checkDivisionCode(within), args, context),
  },
  PollutionAlert: {
    __resolveReference: referenceById(pollutionAlertById),
    division: divisionOf,
    progress: async ({ id, divisionCode }: PollutionAlert, _args, context) => {
      const [sums, progress] = await Promise.all([
        stockByDivision(context).load(divisionCode),
        progressByAlert(context).load(id),
      ]);
      return pollutionCategories.map((category) => {
        const { inspected = 0, violations = 0 } = progress.find((row) => row.category === category) ?? {};
        return { category, sources: sumOf(sums, `pollution_sources:${category}`), inspected, violations };
      });
    },
    teams: ({ id }: PollutionAlert, _args, context) => teamsByAlert(context).load(id),
    inspections: async (
      { id }: PollutionAlert,
      { first, after, ...filter }: PageArgs & InspectionFilter,
      context,
    ) => {
      const page = pageOf(inspectionList, { first, after });
      const rows = await inspectionsByAlert(context, { filter, page }).load(id);
      return toConnection(inspectionList, page, rows, () => inspectionCountByAlert(context, filter).load(id));
    },
  },
};
