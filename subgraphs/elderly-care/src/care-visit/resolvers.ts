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
import type { CareVisitFilter, CareVisitOrder } from './store.ts';
import type { CareVisit } from './tables.ts';

const byTime = (name: string) =>
  defineList<CareVisit>(name, ['instant', 'uuid'], (row) => [row.scheduledAt, row.id]);

const visitLists = {
  SCHEDULED_AT_DESC: byTime('careVisits'),
  SCHEDULED_AT_ASC: byTime('careVisits, earliest first'),
};

interface VisitListArgs extends PageArgs, CareVisitFilter {
  orderBy?: CareVisitOrder | null;
}

/** The division in which the visited elder lives. */
const visitDivision = { type: 'CareVisit', field: 'division', scope: 'elder:identify' } as const;

export const careVisitResolvers: Resolvers = {
  Query: {
    careVisit: queryById(careVisitById),
    careVisits: async (
      _root,
      { within, first, after, orderBy, ...filter }: VisitListArgs & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      if (filter.period) checkPeriod(filter.period);
      const order = orderBy ?? 'SCHEDULED_AT_DESC';
      const list = visitLists[order];
      const page = pageOf(list, { first, after });
      const rule = { list: 'careVisits', division: visitDivision };
      const rows = await pageInside(context, rule, code, page, () =>
        careVisitsByDivision(context, { filter: { ...filter, orderBy: order }, page }).load(code),
      );
      return toConnection(list, page, rows, () => careVisitCountByDivision(context, filter).load(code));
    },
  },
  CareVisit: {
    __resolveReference: referenceById(careVisitById),
    elder: fieldById(elderById, ({ elderId }: CareVisit) => elderId),
    careWorker: careWorkerOf(({ elderId }: CareVisit) => elderId),
    division: divisionOf,
  },
};
