// Status transitions of a care worker's record.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { CareWorker } from './tables.ts';

export const careWorkerTransitions: Transitions<CareWorker['status']> = {
  REGISTERED: ['CLOSED'],
  CLOSED: [],
};
