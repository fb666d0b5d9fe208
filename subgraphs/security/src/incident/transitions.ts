// What an incident may become; a trigger of its table holds to the same.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Incident } from './tables.ts';

export const incidentTransitions: Transitions<Incident['status']> = {
  RAISED: ['ACKNOWLEDGED', 'FALSE_ALARM'],
  ACKNOWLEDGED: ['DISPATCHED', 'FALSE_ALARM'],
  DISPATCHED: ['RESOLVED', 'FALSE_ALARM'],
  RESOLVED: ['CLOSED'],
  CLOSED: [],
  FALSE_ALARM: [],
};
