// Status transitions of a sample record; an active one that is edited stays active.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { SampleRecord } from './tables.ts';

export const sampleRecordTransitions: Transitions<SampleRecord['status']> = {
  ACTIVE: ['ACTIVE', 'CLOSED'],
  CLOSED: [],
};
