// The entry point of the community subgraph: its name and its modules.
import { runSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { accessRecordResolvers } from './access-record/resolvers.ts';
import { councilImport } from './council/import.ts';
import { councilMutations } from './council/mutations.ts';
import { councilResolvers } from './council/resolvers.ts';
import { councilSessionMutations } from './council-session/mutations.ts';
import { councilSessionResolvers } from './council-session/resolvers.ts';
import { gridImport } from './grid/import.ts';
import { gridMutations } from './grid/mutations.ts';
import { gridResolvers } from './grid/resolvers.ts';
import { encryptedGrid } from './grid/tables.ts';
import { gridProblemMutations } from './grid-problem/mutations.ts';
import { gridProblemResolvers } from './grid-problem/resolvers.ts';
import { encryptedGridProblem, encryptedGridProblemTimeline } from './grid-problem/tables.ts';
import { gridVisitMutations } from './grid-visit/mutations.ts';
import { gridVisitResolvers } from './grid-visit/resolvers.ts';
import { encryptedGridVisit } from './grid-visit/tables.ts';
import { microWorkImport } from './micro-work/import.ts';
import { microWorkMutations } from './micro-work/mutations.ts';
import { microWorkResolvers } from './micro-work/resolvers.ts';
import { overviewResolvers } from './overview/resolvers.ts';
import { personalData } from './personal-data.ts';
import { seed } from './seed/seed.ts';
import { topicMutations } from './topic/mutations.ts';
import { topicResolvers } from './topic/resolvers.ts';

export const subgraph: Subgraph = {
  name: 'community',
  folder: new URL('..', import.meta.url),
  modules: [
    gridResolvers,
    gridMutations,
    gridVisitResolvers,
    gridVisitMutations,
    gridProblemResolvers,
    gridProblemMutations,
    councilResolvers,
    councilMutations,
    councilSessionResolvers,
    councilSessionMutations,
    topicResolvers,
    topicMutations,
    microWorkResolvers,
    microWorkMutations,
    overviewResolvers,
    accessRecordResolvers,
  ],
  encrypted: [encryptedGrid, encryptedGridVisit, encryptedGridProblem, encryptedGridProblemTimeline],
  imports: [gridImport, councilImport, microWorkImport],
  personalData,
  seed,
};

if (import.meta.main) await runSubgraph(subgraph);
