// The entry point of the community subgraph: its name and its modules.
import { runSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { accessRecordResolvers } from './access-record/resolvers.ts';
import { aidGrantMutations } from './aid-grant/mutations.ts';
import { aidGrantResolvers } from './aid-grant/resolvers.ts';
import { commendationMutations } from './commendation/mutations.ts';
import { commendationResolvers } from './commendation/resolvers.ts';
import { encryptedCommendation } from './commendation/tables.ts';
import { councilImport } from './council/import.ts';
import { councilMutations } from './council/mutations.ts';
import { councilResolvers } from './council/resolvers.ts';
import { councilSessionMutations } from './council-session/mutations.ts';
import { councilSessionResolvers } from './council-session/resolvers.ts';
import { donationMutations } from './donation/mutations.ts';
import { donationResolvers } from './donation/resolvers.ts';
import { encryptedDonation } from './donation/tables.ts';
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
import { handoutMutations } from './handout/mutations.ts';
import { handoutResolvers } from './handout/resolvers.ts';
import { encryptedHandout } from './handout/tables.ts';
import { indicatorResolvers } from './indicator/resolvers.ts';
import { loveSupermarketImport } from './love-supermarket/import.ts';
import { loveSupermarketMutations } from './love-supermarket/mutations.ts';
import { loveSupermarketResolvers } from './love-supermarket/resolvers.ts';
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
import { stockResolvers } from './stock/resolvers.ts';
import { topicMutations } from './topic/mutations.ts';
import { topicResolvers } from './topic/resolvers.ts';
import { viewerResolvers } from './viewer/resolvers.ts';
import { volunteerMutations } from './volunteer/mutations.ts';
import { volunteerResolvers } from './volunteer/resolvers.ts';
import { encryptedVolunteer } from './volunteer/tables.ts';
import { volunteerParticipationMutations } from './volunteer-participation/mutations.ts';
import { volunteerParticipationResolvers } from './volunteer-participation/resolvers.ts';
import { volunteerServiceMutations } from './volunteer-service/mutations.ts';
import { volunteerServiceResolvers } from './volunteer-service/resolvers.ts';
import { volunteerTeamImport } from './volunteer-team/import.ts';
import { volunteerTeamMutations } from './volunteer-team/mutations.ts';
import { volunteerTeamResolvers } from './volunteer-team/resolvers.ts';

export const subgraph: Subgraph = {
  name: 'community',
  folder: new URL('..', import.meta.url),
  modules: [
    indicatorResolvers,
    volunteerTeamResolvers,
    volunteerTeamMutations,
    volunteerResolvers,
    volunteerMutations,
    volunteerServiceResolvers,
    volunteerServiceMutations,
    volunteerParticipationResolvers,
    volunteerParticipationMutations,
    microWorkResolvers,
    microWorkMutations,
    loveSupermarketResolvers,
    loveSupermarketMutations,
    stockResolvers,
    donationResolvers,
    donationMutations,
    handoutResolvers,
    handoutMutations,
    aidGrantResolvers,
    aidGrantMutations,
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
    petitionAgentResolvers,
    petitionAgentMutations,
    petitionMatterResolvers,
    petitionMatterMutations,
    commendationResolvers,
    commendationMutations,
    overviewResolvers,
    viewerResolvers,
    accessRecordResolvers,
  ],
  imports: [
    volunteerTeamImport,
    microWorkImport,
    loveSupermarketImport,
    gridImport,
    councilImport,
    petitionAgentImport,
  ],
  encrypted: [
    encryptedVolunteer,
    encryptedDonation,
    encryptedHandout,
    encryptedGrid,
    encryptedGridVisit,
    encryptedGridProblem,
    encryptedGridProblemTimeline,
    encryptedPetitionAgent,
    encryptedPetitionMatter,
    encryptedPetitionStep,
    encryptedCommendation,
  ],
  personalData,
  seed,
};

if (import.meta.main) await runSubgraph(subgraph);
