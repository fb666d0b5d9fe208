// Resolvers for sessions: lookup, lists inside a division by time, and nearby coming sessions.

import { personCountOf } from '@district-graph/kit/access/person-counts';
import { checkPeriod } from '@district-graph/kit/calendar';
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
import { divisionOf, fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { activityById } from '../activity/loaders.ts';
import { venueById } from '../venue/loaders.ts';
import { sessionById, sessionCountByDivision, sessionsByDivision } from './loaders.ts';
import { findSessionsNear, type SessionFilter } from './store.ts';
import type { Session } from './tables.ts';

const sessionList = defineList<Session>('sessions', ['instant', 'uuid'], (row) => [row.startsAt, row.id]);

export async function listSessionsInDivision(
  code: string,
  { first, after, ...filter }: PageArgs & SessionFilter,
  context: SubgraphContext,
) {
  checkPeriod(filter.period);
  const page = pageOf(sessionList, { first, after });
  const rows = await sessionsByDivision(context, { filter, page }).load(code);
  return toConnection(sessionList, page, rows, () => sessionCountByDivision(context, filter).load(code));
}

interface NearArgs {
  at: GeoPoint;
  withinMetres: number;
  first?: number | null;
}

export const sessionResolvers: Resolvers = {
  Query: {
    session: queryById(sessionById),
    sessions: (_root, { within, ...args }: PageArgs & SessionFilter & { within: string }, context) =>
      listSessionsInDivision(checkDivisionCode(within), args, context),
    sessionsNear: async (_root, { at, withinMetres, first }: NearArgs, { sql, today }) => {
      const rows = await findSessionsNear(
        sql,
        checkPoint(at),
        checkDistance(withinMetres),
        today,
        checkPageSize(first),
      );
      return rows.map((row) => ({ distanceMetres: row.distanceMetres, session: row }));
    },
  },
  Session: {
    __resolveReference: referenceById(sessionById),
    activity: fieldById(activityById, ({ activityId }: Session) => activityId),
    venue: fieldById(venueById, ({ venueId }: Session) => venueId),
    attended: personCountOf('attended', 'booking:read'),
    seatsLeft: ({ capacity, seatsTaken }: Session) => capacity - seatsTaken,
    division: divisionOf,
  },
};
