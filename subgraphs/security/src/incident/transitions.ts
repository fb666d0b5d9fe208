// Status transitions of an incident; a trigger of its table enforces the same.
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
