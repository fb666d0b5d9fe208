// Ability assessments.
import { fieldById, queryById, referenceById } from '@district-graph/kit/entities';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { elderById } from '../elder/loaders.ts';
import { abilityAssessmentById } from './loaders.ts';
import { type AbilityAssessment, sealedAbilityAssessment } from './tables.ts';

export const abilityAssessmentResolvers: Resolvers = {
  Query: { abilityAssessment: queryById(abilityAssessmentById) },
  AbilityAssessment: {
    __resolveReference: referenceById(abilityAssessmentById),
    ...sealedAbilityAssessment.fields(),
    elder: fieldById(elderById, ({ elderId }: AbilityAssessment) => elderId),
  },
};
