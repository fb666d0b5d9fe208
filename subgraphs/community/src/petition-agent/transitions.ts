// Status transitions of a petition agent's record.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { PetitionAgent } from './tables.ts';

export const petitionAgentTransitions: Transitions<PetitionAgent['status']> = {
  ACTIVE: ['CLOSED'],
  CLOSED: [],
};
