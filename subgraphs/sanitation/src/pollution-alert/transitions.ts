// Status transitions of an alert; its status follows from its instants.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { PollutionAlert } from './tables.ts';

export type AlertStatus = 'STANDING' | 'LIFTED';

export const pollutionAlertTransitions: Transitions<AlertStatus> = {
  STANDING: ['STANDING', 'LIFTED'],
  LIFTED: [],
};

export const alertStatusOf = ({ liftedAt }: PollutionAlert): AlertStatus =>
  liftedAt === null ? 'STANDING' : 'LIFTED';
