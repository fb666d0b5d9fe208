// Status transitions of a petition matter, to which changes of the agent after the transfer do not belong. Until it is transferred, it can be closed only as not accepted.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { PetitionMatter } from './tables.ts';

export const petitionMatterTransitions: Transitions<PetitionMatter['status']> = {
  RECEIVED: ['AGENT_ASSIGNED', 'CLOSED', 'WITHDRAWN'],
  AGENT_ASSIGNED: ['AGENT_ASSIGNED', 'TRANSFERRED', 'CLOSED', 'WITHDRAWN'],
  TRANSFERRED: ['REPLIED', 'WITHDRAWN'],
  REPLIED: ['CLOSED', 'WITHDRAWN'],
  CLOSED: [],
  WITHDRAWN: [],
};

/** Whether work on the matter has not ended. */
export const isOpen = ({ status }: Pick<PetitionMatter, 'status'>): boolean =>
  petitionMatterTransitions[status].length > 0;
