// Refusal of assignments to a care worker who has left.
import { defineRefusal } from '@district-graph/kit/mutations/refusals';

export const careWorkerClosed = defineRefusal('CareWorkerClosed', () => ({
  zh: '该服务人员已离职，请另选一位。',
  en: 'The care worker has left; choose another one.',
}));
