// The entry point of the culture subgraph: its name and its modules.
import { runSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { accessRecordResolvers } from './access-record/resolvers.ts';
import { activityImport } from './activity/import.ts';
import { activityMutations } from './activity/mutations.ts';
import { activityResolvers } from './activity/resolvers.ts';
import { bookingMutations } from './booking/mutations.ts';
import { bookingResolvers } from './booking/resolvers.ts';
import { countPersonsKeyed } from './booking/store.ts';
import { cultureProjectResolvers } from './culture-project/resolvers.ts';
import { exhibitionMutations } from './exhibition/mutations.ts';
import { exhibitionResolvers } from './exhibition/resolvers.ts';
import { indicatorResolvers } from './indicator/resolvers.ts';
import { overviewResolvers } from './overview/resolvers.ts';
import { personalData } from './personal-data.ts';
import { seed } from './seed/seed.ts';
import { sessionMutations } from './session/mutations.ts';
import { sessionResolvers } from './session/resolvers.ts';
import { troupeImport } from './troupe/import.ts';
import { troupeMutations } from './troupe/mutations.ts';
import { troupeResolvers } from './troupe/resolvers.ts';
import { venueImport } from './venue/import.ts';
import { venueMutations } from './venue/mutations.ts';
import { venueResolvers } from './venue/resolvers.ts';
import { viewerResolvers } from './viewer/resolvers.ts';

export const subgraph: Subgraph = {
  name: 'culture',
  folder: new URL('..', import.meta.url),
  modules: [
    indicatorResolvers,
    venueResolvers,
    venueMutations,
    activityResolvers,
    activityMutations,
    sessionResolvers,
    sessionMutations,
    bookingResolvers,
    bookingMutations,
    troupeResolvers,
    troupeMutations,
    exhibitionResolvers,
    exhibitionMutations,
    cultureProjectResolvers,
    overviewResolvers,
    viewerResolvers,
    accessRecordResolvers,
  ],
  imports: [venueImport, activityImport, troupeImport],
  keyed: [countPersonsKeyed],
  personalData,
  seed,
};

if (import.meta.main) await runSubgraph(subgraph);
