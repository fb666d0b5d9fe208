// The door of the elderly-care room: its name and its concepts.
import { runSubgraph, type Subgraph } from '@district-graph/kit/subgraph';
import { abilityAssessmentMutations } from './ability-assessment/mutations.ts';
import { abilityAssessmentResolvers } from './ability-assessment/resolvers.ts';
import { careInstitutionResolvers } from './care-institution/resolvers.ts';
import { careVisitMutations } from './care-visit/mutations.ts';
import { careVisitResolvers } from './care-visit/resolvers.ts';
import { careWorkerResolvers } from './care-worker/resolvers.ts';
import { elderResolvers } from './elder/resolvers.ts';
import { outreachEventResolvers } from './outreach-event/resolvers.ts';
import { overviewResolvers } from './overview/resolvers.ts';
import { seed } from './seed/seed.ts';
import { servicePurchaseResolvers } from './service-purchase/resolvers.ts';
import { subsidyMutations } from './subsidy/mutations.ts';
import { subsidyResolvers } from './subsidy/resolvers.ts';

export const subgraph: Subgraph = {
  name: 'elderly-care',
  room: new URL('..', import.meta.url),
  concepts: [
    elderResolvers,
    careWorkerResolvers,
    careInstitutionResolvers,
    careVisitResolvers,
    careVisitMutations,
    abilityAssessmentResolvers,
    abilityAssessmentMutations,
    subsidyResolvers,
    subsidyMutations,
    servicePurchaseResolvers,
    outreachEventResolvers,
    overviewResolvers,
  ],
  seed,
};

if (import.meta.main) await runSubgraph(subgraph);
