// Resolvers for care visits: lookup, and lists inside a division by time.

import { pageInside } from '@district-graph/kit/access/protected-rows';
import { checkPeriod } from '@district-graph/kit/calendar';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { divisionOf, fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { careWorkerOf } from '../care-worker/resolvers.ts';
import { elderById } from '../elder/loaders.ts';
import { careVisitById, careVisitCountByDivision, careVisitsByDivision } from './loaders.ts';
import type { CareVisitFilter } from './store.ts';
import type { CareVisit } from './tables.ts';

const visitList = defineList<CareVisit>('careVisits', ['instant', 'uuid'], (row) => [
  row.scheduledAt,
  row.id,
]);

/** The division in which the visited elder lives. */
const visitDivision = { type: 'CareVisit', field: 'division', scope: 'elder:identify' } as const;

export const careVisitResolvers: Resolvers = {
  Query: {
    careVisit: queryById(careVisitById),
    careVisits: async (
      _root,
      { within, first, after, ...filter }: PageArgs & CareVisitFilter & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      if (filter.period) checkPeriod(filter.period);
      const page = pageOf(visitList, { first, after });
      const rule = { list: 'careVisits', division: visitDivision };
      const rows = await pageInside(context, rule, code, page, () =>
        careVisitsByDivision(context, { filter, page }).load(code),
      );
      return toConnection(visitList, page, rows, () => careVisitCountByDivision(context, filter).load(code));
    },
  },
  CareVisit: {
    __resolveReference: referenceById(careVisitById),
    elder: fieldById(elderById, ({ elderId }: CareVisit) => elderId),
    careWorker: careWorkerOf(({ elderId }: CareVisit) => elderId),
    division: divisionOf,
  },
};
