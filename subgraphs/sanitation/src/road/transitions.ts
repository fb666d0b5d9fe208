// Status transitions of a road; its status follows from its closing day.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Road } from './tables.ts';

export type RoadStatus = 'ACTIVE' | 'CLOSED';

export const roadTransitions: Transitions<RoadStatus> = {
  ACTIVE: ['ACTIVE', 'CLOSED'],
  CLOSED: [],
};

export const roadStatusOf = ({ closedOn }: Road): RoadStatus => (closedOn === null ? 'ACTIVE' : 'CLOSED');
