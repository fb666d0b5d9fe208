// Refusal of changes to an elder whose record is closed.
import type { MutationResult } from '@district-graph/kit/mutations/mutation';

/** It gives no reason: whether the person died or moved away is not public. */
export const elderClosed = (): MutationResult => ({
  __typename: 'ElderClosed',
  message: '该老人的档案已注销。 The record of this elder is closed.',
});
