// The door of the sanitation room: its name and its concepts.
import { runSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { blindSpotResolvers } from './blind-spot/resolvers.ts';
import { cleaningRunResolvers } from './cleaning-run/resolvers.ts';
import { enforcementCampaignResolvers } from './enforcement-campaign/resolvers.ts';
import { inspectionResolvers } from './inspection/resolvers.ts';
import { overviewResolvers } from './overview/resolvers.ts';
import { pollutionAlertResolvers } from './pollution-alert/resolvers.ts';
import { pollutionSourceResolvers } from './pollution-source/resolvers.ts';
import { roadResolvers } from './road/resolvers.ts';
import { sanitationCrewResolvers } from './sanitation-crew/resolvers.ts';
import { sanitationVehicleResolvers } from './sanitation-vehicle/resolvers.ts';
import { seed } from './seed/seed.ts';
import { vehicleDispatchResolvers } from './vehicle-dispatch/resolvers.ts';

export const subgraph: Subgraph = {
  name: 'sanitation',
  room: new URL('..', import.meta.url),
  concepts: [
    roadResolvers,
    sanitationVehicleResolvers,
    sanitationCrewResolvers,
    cleaningRunResolvers,
    blindSpotResolvers,
    vehicleDispatchResolvers,
    pollutionSourceResolvers,
    pollutionAlertResolvers,
    inspectionResolvers,
    enforcementCampaignResolvers,
    overviewResolvers,
  ],
  seed,
};

if (import.meta.main) await runSubgraph(subgraph);
