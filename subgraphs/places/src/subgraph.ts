// The entry point of the places subgraph: its name and its modules.
import { registeredDivisions } from '@district-graph/kit/divisions/division-register';
import { runSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { divisionResolvers } from './division/resolvers.ts';
import { addRegistered } from './division/store.ts';
import { indicatorResolvers } from './indicator/resolvers.ts';
import { personalData } from './personal-data.ts';
import { reportedFigureResolvers } from './reported-figure/resolvers.ts';
import { seed, seedReference } from './seed/seed.ts';
import { serviceCentreImport } from './service-centre/import.ts';
import { serviceCentreMutations } from './service-centre/mutations.ts';
import { serviceCentreResolvers } from './service-centre/resolvers.ts';
import { servicePointImport } from './service-point/import.ts';
import { servicePointMutations } from './service-point/mutations.ts';
import { servicePointResolvers } from './service-point/resolvers.ts';

export const subgraph: Subgraph = {
  name: 'places',
  registersCommunities: true,
  folder: new URL('..', import.meta.url),
  modules: [
    indicatorResolvers,
    divisionResolvers,
    serviceCentreResolvers,
    serviceCentreMutations,
    servicePointResolvers,
    servicePointMutations,
    reportedFigureResolvers,
  ],
  imports: [serviceCentreImport, servicePointImport],
  personalData,
  jobs: [
    {
      name: 'division register',
      everyMs: 86_400_000,
      perform: (sql) => addRegistered(sql, [...registeredDivisions().values()]),
    },
  ],
  seed,
  seedReference,
};

if (import.meta.main) await runSubgraph(subgraph);
