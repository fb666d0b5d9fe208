// Refusals of a venue: use once it is closed, closing while it is in use.
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import type { Exhibition } from '../exhibition/tables.ts';
import type { Session } from '../session/tables.ts';

export const venueClosed = defineRefusal('VenueClosed', () => ({
  zh: '该功能室已停用，请另选一个。',
  en: 'The venue is closed; choose another one.',
}));

export const venueInUse = defineRefusal(
  'VenueInUse',
  (session: Session | null, exhibition: Exhibition | null) => ({
    zh: '该功能室还有未结束的场次或展览，请先调整或取消。',
    en: 'Sessions or exhibitions in the venue are not over; move or cancel them first.',
    fields: { session, exhibition },
  }),
);
