// The entry point of the sanitation subgraph: its name and its modules.
import { runSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { accessRecordResolvers } from './access-record/resolvers.ts';
import { blindSpotMutations } from './blind-spot/mutations.ts';
import { blindSpotResolvers } from './blind-spot/resolvers.ts';
import { cleaningRunMutations } from './cleaning-run/mutations.ts';
import { cleaningRunResolvers } from './cleaning-run/resolvers.ts';
import { enforcementCampaignMutations } from './enforcement-campaign/mutations.ts';
import { enforcementCampaignResolvers } from './enforcement-campaign/resolvers.ts';
import { indicatorResolvers } from './indicator/resolvers.ts';
import { inspectionMutations } from './inspection/mutations.ts';
import { inspectionResolvers } from './inspection/resolvers.ts';
import { overviewResolvers } from './overview/resolvers.ts';
import { personalData } from './personal-data.ts';
import { pollutionAlertMutations } from './pollution-alert/mutations.ts';
import { pollutionAlertResolvers } from './pollution-alert/resolvers.ts';
import { pollutionSourceImport } from './pollution-source/import.ts';
import { pollutionSourceMutations } from './pollution-source/mutations.ts';
import { pollutionSourceResolvers } from './pollution-source/resolvers.ts';
import { roadImport } from './road/import.ts';
import { roadMutations } from './road/mutations.ts';
import { roadResolvers } from './road/resolvers.ts';
import { sanitationCrewImport } from './sanitation-crew/import.ts';
import { sanitationCrewMutations } from './sanitation-crew/mutations.ts';
import { sanitationCrewResolvers } from './sanitation-crew/resolvers.ts';
import { sanitationVehicleImport } from './sanitation-vehicle/import.ts';
import { sanitationVehicleMutations } from './sanitation-vehicle/mutations.ts';
import { sanitationVehicleResolvers } from './sanitation-vehicle/resolvers.ts';
import { seed } from './seed/seed.ts';
import { vehicleDispatchMutations } from './vehicle-dispatch/mutations.ts';
import { vehicleDispatchResolvers } from './vehicle-dispatch/resolvers.ts';

export const subgraph: Subgraph = {
  name: 'sanitation',
  folder: new URL('..', import.meta.url),
  modules: [
    indicatorResolvers,
    roadResolvers,
    roadMutations,
    sanitationVehicleResolvers,
    sanitationVehicleMutations,
    sanitationCrewResolvers,
    sanitationCrewMutations,
    cleaningRunResolvers,
    cleaningRunMutations,
    blindSpotResolvers,
    blindSpotMutations,
    vehicleDispatchResolvers,
    vehicleDispatchMutations,
    pollutionSourceResolvers,
    pollutionSourceMutations,
    pollutionAlertResolvers,
    pollutionAlertMutations,
    inspectionResolvers,
    inspectionMutations,
    enforcementCampaignResolvers,
    enforcementCampaignMutations,
    overviewResolvers,
    accessRecordResolvers,
  ],
  imports: [roadImport, sanitationCrewImport, sanitationVehicleImport, pollutionSourceImport],
  personalData,
  seed,
};

if (import.meta.main) await runSubgraph(subgraph);
