// Bookings by key, by elder and by viewer.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countBookings,
  countUpcomingBookings,
  countViewerBookings,
  findBookings,
  listBookings,
  listUpcomingBookings,
  listViewerBookings,
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

/** Keyed by the viewer: a request has only that one key. */
export const bookingsOfViewer = defineLoader<string, Booking[], { elderId: string | null; page: Page }>(
  (sql, ids, { elderId, page }) =>
    Promise.all(ids.map((id) => listViewerBookings(sql, { id, elderId }, page))),
);

export const bookingCountOfViewer = defineLoader<string, number | null, { elderId: string | null }>(
  (sql, ids, { elderId }) => Promise.all(ids.map((id) => countViewerBookings(sql, { id, elderId }))),
);
