// What a road may become; its state is told by its day of closing.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { Road } from './tables.ts';

export type RoadStatus = 'ACTIVE' | 'CLOSED';

export const roadTransitions: Transitions<RoadStatus> = {
  ACTIVE: ['ACTIVE', 'CLOSED'],
  CLOSED: [],
};

export const roadStatusOf = ({ closedOn }: Road): RoadStatus => (closedOn === null ? 'ACTIVE' : 'CLOSED');
