// Resolvers for venues: lookup, lists of a service centre, and the sessions in a venue.
import { checkPeriod } from '@district-graph/kit/calendar';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import {
  divisionOf,
  foreignEntity,
  foreignReference,
  queryById,
  referenceById,
} from '@district-graph/kit/schema/entities';
import { sessionCountByVenue, sessionsByVenue } from '../session/loaders.ts';
import type { SessionFilter } from '../session/store.ts';
import type { Session } from '../session/tables.ts';
import { venueById, venueCountByCentre, venuesByCentre, venuesByDivision } from './loaders.ts';
import type { VenueFilter, VenueOrder } from './store.ts';
import { type Venue, venueKinds } from './tables.ts';

const venueList = defineList<Venue>('ServiceCentre.venues', ['uuid'], (row) => [row.id]);
const listsInside = {
  DIVISION_CODE: defineList<Venue>('venues', ['text', 'uuid'], (row) => [row.divisionCode, row.id]),
  CAPACITY_DESC: defineList<Venue>('venues by capacity', ['number', 'uuid'], (row) => [row.capacity, row.id]),
};
const sessionList = defineList<Session>('Venue.sessions', ['instant', 'uuid'], (row) => [
  row.startsAt,
  row.id,
]);

export const venueResolvers: Resolvers = {
  Query: {
    venue: queryById(venueById),
    venues: async (
      _root,
      {
        within,
        kind,
        orderBy,
        ...args
      }: PageArgs & VenueFilter & { within: string; orderBy?: VenueOrder | null },
      context,
    ) => {
      const code = checkDivisionCode(within);
      const order = orderBy ?? 'DIVISION_CODE';
      const list = listsInside[order];
      const page = pageOf(list, args);
      const rows = await venuesByDivision(context, { filter: { kind, orderBy: order }, page }).load(code);
      return toConnection(list, page, rows, async () =>
        sumOf(
          await stockByDivision(context).load(code),
          ...(kind ? [kind] : venueKinds).map((name) => `venues:${name}`),
        ),
      );
    },
  },
  Venue: {
    __resolveReference: referenceById(venueById),
    division: divisionOf,
    location: ({ longitude, latitude }: Venue) => ({ longitude, latitude }),
    serviceCentre: foreignEntity(({ serviceCentreId }: Venue) => serviceCentreId),
    sessions: async ({ id }: Venue, { first, after, ...filter }: PageArgs & SessionFilter, context) => {
      checkPeriod(filter.period);
      const page = pageOf(sessionList, { first, after });
      const rows = await sessionsByVenue(context, { filter, page }).load(id);
      return toConnection(sessionList, page, rows, () => sessionCountByVenue(context, filter).load(id));
    },
  },
  ServiceCentre: {
    __resolveReference: foreignReference,
    venues: async ({ id }: { id: string }, args: PageArgs, context) => {
      const page = pageOf(venueList, args);
      const rows = await venuesByCentre(context, page).load(id);
      return toConnection(venueList, page, rows, () => venueCountByCentre(context).load(id));
    },
  },
};
