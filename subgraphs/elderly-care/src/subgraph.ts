// The entry point of the elderly-care subgraph: its name and its modules.
import { runSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { abilityAssessmentMutations } from './ability-assessment/mutations.ts';
import { abilityAssessmentResolvers } from './ability-assessment/resolvers.ts';
import { encryptedAbilityAssessment } from './ability-assessment/tables.ts';
import { accessRecordResolvers } from './access-record/resolvers.ts';
import { careInstitutionImport } from './care-institution/import.ts';
import { careInstitutionMutations } from './care-institution/mutations.ts';
import { careInstitutionResolvers } from './care-institution/resolvers.ts';
import { careVisitMutations } from './care-visit/mutations.ts';
import { careVisitResolvers } from './care-visit/resolvers.ts';
import { careWorkerImport } from './care-worker/import.ts';
import { careWorkerMutations } from './care-worker/mutations.ts';
import { careWorkerResolvers } from './care-worker/resolvers.ts';
import { encryptedCareWorker } from './care-worker/tables.ts';
import { elderImport } from './elder/import.ts';
import { elderMutations } from './elder/mutations.ts';
import { elderResolvers } from './elder/resolvers.ts';
import { encryptedElder, encryptedEmergencyContact } from './elder/tables.ts';
import { indicatorResolvers } from './indicator/resolvers.ts';
import { outreachEventMutations } from './outreach-event/mutations.ts';
import { outreachEventResolvers } from './outreach-event/resolvers.ts';
import { overviewResolvers } from './overview/resolvers.ts';
import { personalData } from './personal-data.ts';
import { seed } from './seed/seed.ts';
import { servicePurchaseMutations } from './service-purchase/mutations.ts';
import { servicePurchaseResolvers } from './service-purchase/resolvers.ts';
import { subsidyMutations } from './subsidy/mutations.ts';
import { subsidyResolvers } from './subsidy/resolvers.ts';
import { viewerResolvers } from './viewer/resolvers.ts';

export const subgraph: Subgraph = {
  name: 'elderly-care',
  folder: new URL('..', import.meta.url),
  modules: [
    indicatorResolvers,
    elderResolvers,
    elderMutations,
    careWorkerResolvers,
    careWorkerMutations,
    careInstitutionResolvers,
    careInstitutionMutations,
    careVisitResolvers,
    careVisitMutations,
    abilityAssessmentResolvers,
    abilityAssessmentMutations,
    subsidyResolvers,
    subsidyMutations,
    servicePurchaseResolvers,
    servicePurchaseMutations,
    outreachEventResolvers,
    outreachEventMutations,
    overviewResolvers,
    viewerResolvers,
    accessRecordResolvers,
  ],
  imports: [careInstitutionImport, careWorkerImport, elderImport],
  encrypted: [encryptedElder, encryptedEmergencyContact, encryptedAbilityAssessment, encryptedCareWorker],
  personalData,
  seed,
};

if (import.meta.main) await runSubgraph(subgraph);
