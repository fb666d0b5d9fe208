// What a source may become; its state is told by its day of closing.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { PollutionSource } from './tables.ts';

export type SourceStatus = 'ACTIVE' | 'CLOSED';

export const pollutionSourceTransitions: Transitions<SourceStatus> = {
  ACTIVE: ['ACTIVE', 'CLOSED'],
  CLOSED: [],
};

export const sourceStatusOf = ({ closedOn }: PollutionSource): SourceStatus =>
  closedOn === null ? 'ACTIVE' : 'CLOSED';
