// What may be stated of a device. Between online and offline it goes by its heartbeats alone.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { DeviceStatus } from './tables.ts';

export const deviceTransitions: Transitions<DeviceStatus> = {
  ONLINE: ['FAULT', 'RETIRED'],
  OFFLINE: ['FAULT', 'RETIRED'],
  FAULT: ['ONLINE', 'OFFLINE', 'RETIRED'],
  RETIRED: [],
};
