// Status transitions of a venue; an open one that is edited stays open.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Venue } from './tables.ts';

export const venueTransitions: Transitions<Venue['status']> = {
  OPEN: ['OPEN', 'CLOSED'],
  CLOSED: [],
};
