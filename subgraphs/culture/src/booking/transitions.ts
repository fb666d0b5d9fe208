// What a booking may become. Who was marked as absent may still come late; a seat once marked is not given to another.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Booking } from './tables.ts';

export const bookingTransitions: Transitions<Booking['status']> = {
  CONFIRMED: ['CHECKED_IN', 'NO_SHOW', 'CANCELLED'],
  WAITLISTED: ['CONFIRMED', 'CANCELLED'],
  CHECKED_IN: [],
  NO_SHOW: ['CHECKED_IN'],
  CANCELLED: [],
};
