// The refusal of what would be done for an elder whose record is closed.
import type { MutationResult } from '@district-graph/kit/mutations/writes';

/** It does not say why: whether somebody died or moved is not for everyone. */
export const elderClosed = (): MutationResult => ({
  __typename: 'ElderClosed',
  message: '该老人的档案已注销。 The record of this elder is closed.',
});
