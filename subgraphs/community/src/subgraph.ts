// The entry point of the community subgraph: its name and its modules.
import { runSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { accessRecordResolvers } from './access-record/resolvers.ts';
import { commendationMutations } from './commendation/mutations.ts';
import { commendationResolvers } from './commendation/resolvers.ts';
import { encryptedCommendation } from './commendation/tables.ts';
import { microWorkImport } from './micro-work/import.ts';
import { microWorkMutations } from './micro-work/mutations.ts';
import { microWorkResolvers } from './micro-work/resolvers.ts';
import { overviewResolvers } from './overview/resolvers.ts';
import { personalData } from './personal-data.ts';
import { petitionAgentImport } from './petition-agent/import.ts';
import { petitionAgentMutations } from './petition-agent/mutations.ts';
import { petitionAgentResolvers } from './petition-agent/resolvers.ts';
import { encryptedPetitionAgent } from './petition-agent/tables.ts';
import { petitionMatterMutations } from './petition-matter/mutations.ts';
import { petitionMatterResolvers } from './petition-matter/resolvers.ts';
import { encryptedPetitionMatter, encryptedPetitionStep } from './petition-matter/tables.ts';
import { seed } from './seed/seed.ts';
import { viewerResolvers } from './viewer/resolvers.ts';

export const subgraph: Subgraph = {
  name: 'community',
  folder: new URL('..', import.meta.url),
  modules: [
    microWorkResolvers,
    microWorkMutations,
    petitionAgentResolvers,
    petitionAgentMutations,
    petitionMatterResolvers,
    petitionMatterMutations,
    commendationResolvers,
    commendationMutations,
    viewerResolvers,
    overviewResolvers,
    accessRecordResolvers,
  ],
  imports: [microWorkImport, petitionAgentImport],
  encrypted: [encryptedPetitionAgent, encryptedPetitionMatter, encryptedPetitionStep, encryptedCommendation],
  personalData,
  seed,
};

if (import.meta.main) await runSubgraph(subgraph);
