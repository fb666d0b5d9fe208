// Refusal of matters for a petition agent who is no longer on duty.
import { defineRefusal } from '@district-graph/kit/mutations/refusals';

export const petitionAgentClosed = defineRefusal('PetitionAgentClosed', () => ({
  zh: '该代办员已不在岗，请另选一位。',
  en: 'The petition agent is no longer on duty; choose another one.',
}));
