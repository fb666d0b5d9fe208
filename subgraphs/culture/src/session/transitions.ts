// Status transitions of a session. A scheduled one that is moved in time or place stays scheduled.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Session } from './tables.ts';

export const sessionTransitions: Transitions<Session['status']> = {
  SCHEDULED: ['SCHEDULED', 'HELD', 'CANCELLED'],
  HELD: [],
  CANCELLED: [],
};
