// Bookings: look-up, and those of an elder.
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/connections';
import { fieldById, foreignEntity, queryById, referenceById } from '@district-graph/kit/entities';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { isId } from '@district-graph/kit/ids';
import { sessionById } from '../session/loaders.ts';
import { bookingById, bookingCountByElder, bookingsByElder } from './loaders.ts';
import type { BookingFilter } from './store.ts';
import type { Booking } from './tables.ts';

const bookingList = defineList<Booking>('Elder.bookings', ['instant', 'uuid'], (row) => [
  row.bookedAt,
  row.id,
]);

export const bookingResolvers: Resolvers = {
  Query: { booking: queryById(bookingById) },
  Booking: {
    __resolveReference: referenceById(bookingById),
    session: fieldById(sessionById, ({ sessionId }: Booking) => sessionId),
    elder: foreignEntity(({ elderId }: Booking) => elderId),
  },
  Elder: {
    __resolveReference: ({ id }: { id: string }) => (isId(id) ? { id } : null),
    bookings: async (
      { id }: { id: string },
      { first, after, ...filter }: PageArgs & BookingFilter,
      context,
    ) => {
      const page = pageOf(bookingList, { first, after });
      const rows = await bookingsByElder(context, { filter, page }).load(id);
      return toConnection(bookingList, page, rows, () => bookingCountByElder(context, filter).load(id));
    },
  },
};
