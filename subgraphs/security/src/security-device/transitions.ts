// Status transitions that may be stated of a device. Only its heartbeats change it between online and offline.
import type { Transitions } from '@district-graph/kit/mutations/transitions';
import type { DeviceStatus } from './tables.ts';

export const deviceTransitions: Transitions<DeviceStatus> = {
  ONLINE: ['FAULT', 'RETIRED'],
  OFFLINE: ['FAULT', 'RETIRED'],
  FAULT: ['ONLINE', 'OFFLINE', 'RETIRED'],
  RETIRED: [],
};
