// The entry point of the security subgraph: its name and its modules.
import { runSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { accessRecordResolvers } from './access-record/resolvers.ts';
import { deviceCodeResolvers } from './device-code/resolvers.ts';
import { incidentMutations } from './incident/mutations.ts';
import { incidentResolvers } from './incident/resolvers.ts';
import { indicatorResolvers } from './indicator/resolvers.ts';
import { monitoringPlatformImport } from './monitoring-platform/import.ts';
import { monitoringPlatformMutations } from './monitoring-platform/mutations.ts';
import { monitoringPlatformResolvers } from './monitoring-platform/resolvers.ts';
import { overviewResolvers } from './overview/resolvers.ts';
import { personalData } from './personal-data.ts';
import { safetyInspectionMutations } from './safety-inspection/mutations.ts';
import { safetyInspectionResolvers } from './safety-inspection/resolvers.ts';
import { alarmBoxImport, cameraImport } from './security-device/import.ts';
import { securityDeviceMutations } from './security-device/mutations.ts';
import { securityDeviceResolvers } from './security-device/resolvers.ts';
import { silenceJob } from './security-device/silence.ts';
import { seed } from './seed/seed.ts';

export const subgraph: Subgraph = {
  name: 'security',
  folder: new URL('..', import.meta.url),
  modules: [
    indicatorResolvers,
    deviceCodeResolvers,
    monitoringPlatformResolvers,
    monitoringPlatformMutations,
    securityDeviceResolvers,
    securityDeviceMutations,
    incidentResolvers,
    incidentMutations,
    safetyInspectionResolvers,
    safetyInspectionMutations,
    overviewResolvers,
    accessRecordResolvers,
  ],
  imports: [monitoringPlatformImport, cameraImport, alarmBoxImport],
  personalData,
  seed,
  // Most of the protected records are devices, which a map shows by the hundred.
  bulkReads: { tenMinutes: 1000, day: 5000 },
  jobs: [silenceJob],
};

if (import.meta.main) await runSubgraph(subgraph);
