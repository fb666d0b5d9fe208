// Venues: look-up, those of a service centre, the sessions in one.
import { checkPeriod, type DateRange } from '@district-graph/kit/calendar';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/connections';
import { divisionOf, foreignEntity, queryById, referenceById } from '@district-graph/kit/entities';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { isId } from '@district-graph/kit/ids';
import { sessionCountByVenue, sessionsByVenue } from '../session/loaders.ts';
import type { Session } from '../session/tables.ts';
import { venueById, venueCountByCentre, venuesByCentre } from './loaders.ts';
import type { Venue } from './tables.ts';

const venueList = defineList<Venue>('ServiceCentre.venues', ['uuid'], (row) => [row.id]);
const sessionList = defineList<Session>('Venue.sessions', ['instant', 'uuid'], (row) => [
  row.startsAt,
  row.id,
]);

export const venueResolvers: Resolvers = {
  Query: { venue: queryById(venueById) },
  Venue: {
    __resolveReference: referenceById(venueById),
    division: divisionOf,
    location: ({ longitude, latitude }: Venue) => ({ longitude, latitude }),
    serviceCentre: foreignEntity(({ serviceCentreId }: Venue) => serviceCentreId),
    sessions: async ({ id }: Venue, { period, first, after }: PageArgs & { period: DateRange }, context) => {
      checkPeriod(period);
      const page = pageOf(sessionList, { first, after });
      const rows = await sessionsByVenue(context, { filter: { period }, page }).load(id);
      return toConnection(sessionList, page, rows, () => sessionCountByVenue(context, { period }).load(id));
    },
  },
  ServiceCentre: {
    __resolveReference: ({ id }: { id: string }) => (isId(id) ? { id } : null),
    venues: async ({ id }: { id: string }, args: PageArgs, context) => {
      const page = pageOf(venueList, args);
      const rows = await venuesByCentre(context, page).load(id);
      return toConnection(venueList, page, rows, () => venueCountByCentre(context).load(id));
    },
  },
};
