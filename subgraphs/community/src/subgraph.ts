// The entry point of the community subgraph: its name and its modules.
import { runSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { accessRecordResolvers } from './access-record/resolvers.ts';
import { microWorkImport } from './micro-work/import.ts';
import { microWorkMutations } from './micro-work/mutations.ts';
import { microWorkResolvers } from './micro-work/resolvers.ts';
import { overviewResolvers } from './overview/resolvers.ts';
import { personalData } from './personal-data.ts';
import { seed } from './seed/seed.ts';

export const subgraph: Subgraph = {
  name: 'community',
  folder: new URL('..', import.meta.url),
  modules: [microWorkResolvers, microWorkMutations, overviewResolvers, accessRecordResolvers],
  imports: [microWorkImport],
  personalData,
  seed,
};

if (import.meta.main) await runSubgraph(subgraph);
