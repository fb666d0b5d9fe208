// Refusals of a venue: use once it is closed, closing while it is in use.
import type { MutationResult } from '@district-graph/kit/mutations/mutation';
import type { Exhibition } from '../exhibition/tables.ts';
import type { Session } from '../session/tables.ts';

export const venueClosed = (): MutationResult => ({
  __typename: 'VenueClosed',
  message: '该功能室已停用。 The venue is closed.',
});

export const venueInUse = (session: Session | null, exhibition: Exhibition | null): MutationResult => ({
  __typename: 'VenueInUse',
  message:
    '该功能室还有未结束的场次或展览，请先调整或取消。 The venue has sessions or exhibitions that are not over; move or cancel them first.',
  session,
  exhibition,
});
