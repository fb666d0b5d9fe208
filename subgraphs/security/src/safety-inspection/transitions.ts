// Status transitions of a safety inspection.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { SafetyInspection } from './tables.ts';

export const inspectionTransitions: Transitions<SafetyInspection['status']> = {
  SCHEDULED: ['PASSED', 'HAZARDS_FOUND', 'CANCELLED'],
  PASSED: [],
  HAZARDS_FOUND: ['RECTIFIED'],
  RECTIFIED: [],
  CANCELLED: [],
};
