// The entry point of the sample-bureau subgraph: its name and its modules.
import { runSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { accessRecordResolvers } from './access-record/resolvers.ts';
import { overviewResolvers } from './overview/resolvers.ts';
import { personalData } from './personal-data.ts';
import { sampleRecordImport } from './sample-record/import.ts';
import { sampleRecordMutations } from './sample-record/mutations.ts';
import { sampleRecordResolvers } from './sample-record/resolvers.ts';
import { encryptedSampleRecord } from './sample-record/tables.ts';
import { seed } from './seed/seed.ts';
import { viewerResolvers } from './viewer/resolvers.ts';

export const subgraph: Subgraph = {
  name: 'sample-bureau',
  folder: new URL('..', import.meta.url),
  modules: [
    sampleRecordResolvers,
    sampleRecordMutations,
    overviewResolvers,
    viewerResolvers,
    accessRecordResolvers,
  ],
  imports: [sampleRecordImport],
  encrypted: [encryptedSampleRecord],
  personalData,
  seed,
};

if (import.meta.main) await runSubgraph(subgraph);
