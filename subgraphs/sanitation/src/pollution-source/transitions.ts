// Status transitions of a source; its status follows from its closing day.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { PollutionSource } from './tables.ts';

export type SourceStatus = 'ACTIVE' | 'CLOSED';

export const pollutionSourceTransitions: Transitions<SourceStatus> = {
  ACTIVE: ['ACTIVE', 'CLOSED'],
  CLOSED: [],
};

export const sourceStatusOf = ({ closedOn }: PollutionSource): SourceStatus =>
  closedOn === null ? 'ACTIVE' : 'CLOSED';
