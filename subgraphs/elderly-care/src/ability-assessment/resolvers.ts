// Ability assessments.

import type { Resolvers } from '@district-graph/kit/loaders';
import { fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { elderById } from '../elder/loaders.ts';
import { abilityAssessmentById } from './loaders.ts';
import { type AbilityAssessment, encryptedAbilityAssessment } from './tables.ts';

export const abilityAssessmentResolvers: Resolvers = {
  Query: { abilityAssessment: queryById(abilityAssessmentById) },
  AbilityAssessment: {
    __resolveReference: referenceById(abilityAssessmentById),
    ...encryptedAbilityAssessment.fields(),
    elder: fieldById(elderById, ({ elderId }: AbilityAssessment) => elderId),
  },
};
