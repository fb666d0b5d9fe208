// Status transitions of a donation.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Donation } from './tables.ts';

export const donationTransitions: Transitions<Donation['status']> = {
  RECORDED: ['CANCELLED'],
  CANCELLED: [],
};
