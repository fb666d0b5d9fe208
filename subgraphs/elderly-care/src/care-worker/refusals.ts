// Refusal of assignments to a care worker who has left.
import type { MutationResult } from '@district-graph/kit/mutations/mutation';

export const careWorkerClosed = (): MutationResult => ({
  __typename: 'CareWorkerClosed',
  message: '该服务人员已离职，请另选一位。 The care worker has left; choose another one.',
});
