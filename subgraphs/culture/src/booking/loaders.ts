// Bookings by key and by elder.
import type { Page } from '@district-graph/kit/connections';
import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import {
  countBookings,
  countUpcomingBookings,
  findBookings,
  listBookings,
  listUpcomingBookings,
  type UpcomingBooking,
} from './store.ts';
import type { Booking } from './tables.ts';

export const bookingById = defineLoader<string, Booking | null>(async (sql, ids) =>
  alignOne(ids, await findBookings(sql, ids), (row) => row.id),
);

export const bookingsByElder = defineLoader<string, Booking[], Page>((sql, elderIds, page) =>
  listBookings(sql, elderIds, page),
);

export const bookingCountByElder = defineLoader<string, number | null>((sql, elderIds) =>
  countBookings(sql, elderIds),
);

export const upcomingBookingsByElder = defineLoader<string, UpcomingBooking[], Page>((sql, elderIds, page) =>
  listUpcomingBookings(sql, elderIds, page),
);

export const upcomingBookingCountByElder = defineLoader<string, number | null>((sql, elderIds) =>
  countUpcomingBookings(sql, elderIds),
);
