// Status transitions of a topic; it may be discussed in several sessions.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Topic } from './tables.ts';

export const topicTransitions: Transitions<Topic['status']> = {
  PROPOSED: ['DISCUSSED', 'WITHDRAWN'],
  DISCUSSED: ['DISCUSSED', 'RESOLVED', 'REJECTED', 'WITHDRAWN'],
  RESOLVED: ['CARRIED_OUT'],
  CARRIED_OUT: [],
  REJECTED: [],
  WITHDRAWN: [],
};
