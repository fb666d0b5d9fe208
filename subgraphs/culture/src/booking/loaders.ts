// Bookings by key and by elder.
import type { Page } from '@district-graph/kit/connections';
import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import { type BookingFilter, countBookings, findBookings, listBookings } from './store.ts';
import type { Booking } from './tables.ts';

export const bookingById = defineLoader<string, Booking | null>(async (sql, ids) =>
  alignOne(ids, await findBookings(sql, ids), (row) => row.id),
);

export const bookingsByElder = defineLoader<string, Booking[], { filter: BookingFilter; page: Page }>(
  (sql, elderIds, { filter, page }) => listBookings(sql, elderIds, filter, page),
);

export const bookingCountByElder = defineLoader<string, number | null, BookingFilter>(
  (sql, elderIds, filter) => countBookings(sql, elderIds, filter),
);
