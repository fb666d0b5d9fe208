// Status transitions of a booking. A person marked as absent may still check in late; a seat that was marked is not
// reassigned.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Booking } from './tables.ts';

export const bookingTransitions: Transitions<Booking['status']> = {
  CONFIRMED: ['CHECKED_IN', 'NO_SHOW', 'CANCELLED'],
  WAITLISTED: ['CONFIRMED', 'CANCELLED'],
  CHECKED_IN: [],
  NO_SHOW: ['CHECKED_IN'],
  CANCELLED: [],
};
