// Resolvers for bookings: lookup, and lists of an elder or of the viewer.

import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import {
  fieldById,
  foreignEntity,
  foreignReference,
  queryById,
  referenceById,
  type ViewerParent,
} from '@district-graph/kit/schema/entities';
import { sessionById } from '../session/loaders.ts';
import {
  bookingById,
  bookingCountByElder,
  bookingCountOfViewer,
  bookingsByElder,
  bookingsOfViewer,
  upcomingBookingCountByElder,
  upcomingBookingsByElder,
} from './loaders.ts';
import type { UpcomingBooking } from './store.ts';
import type { Booking } from './tables.ts';

const latestFirst = defineList<Booking>('Elder.bookings', ['instant', 'uuid'], (row) => [
  row.bookedAt,
  row.id,
]);

const soonestFirst = defineList<UpcomingBooking>('Elder.bookings/upcoming', ['instant', 'uuid'], (row) => [
  row.startsAt,
  row.id,
]);

const viewerLatestFirst = defineList<Booking>('Viewer.bookings', ['instant', 'uuid'], (row) => [
  row.bookedAt,
  row.id,
]);

/** The viewer's bookings: those they made, and those of the elder that they are. */
export async function listBookingsOfViewer(
  { id, elderId }: ViewerParent,
  args: PageArgs,
  context: SubgraphContext,
) {
  const page = pageOf(viewerLatestFirst, args);
  const rows = await bookingsOfViewer(context, { elderId, page }).load(id);
  return toConnection(viewerLatestFirst, page, rows, () =>
    bookingCountOfViewer(context, { elderId }).load(id),
  );
}

export const bookingResolvers: Resolvers = {
  Query: { booking: queryById(bookingById) },
  Booking: {
    __resolveReference: referenceById(bookingById),
    session: fieldById(sessionById, ({ sessionId }: Booking) => sessionId),
    elder: foreignEntity(({ elderId }: Booking) => elderId),
  },
  Elder: {
    __resolveReference: foreignReference,
    bookings: async (
      { id }: { id: string },
      { upcoming, ...args }: PageArgs & { upcoming?: boolean | null },
      context,
    ) => {
      if (upcoming) {
        const page = pageOf(soonestFirst, args);
        const rows = await upcomingBookingsByElder(context, page).load(id);
        return toConnection(soonestFirst, page, rows, () => upcomingBookingCountByElder(context).load(id));
      }
      const page = pageOf(latestFirst, args);
      const rows = await bookingsByElder(context, page).load(id);
      return toConnection(latestFirst, page, rows, () => bookingCountByElder(context).load(id));
    },
  },
};
