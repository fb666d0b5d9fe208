// Refusal of changes to an elder whose record is closed.
import { defineRefusal } from '@district-graph/kit/mutations/refusals';

/** It gives no reason: whether the person died or moved away is not public. */
export const elderClosed = defineRefusal('ElderClosed', () => ({
  zh: '该老人的档案已注销；如已迁回，请重新登记。',
  en: 'The record of this elder is closed; register the elder again if they have moved back.',
}));
