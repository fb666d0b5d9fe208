// What the record of a care worker may become.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { CareWorker } from './tables.ts';

export const careWorkerTransitions: Transitions<CareWorker['status']> = {
  REGISTERED: ['CLOSED'],
  CLOSED: [],
};
