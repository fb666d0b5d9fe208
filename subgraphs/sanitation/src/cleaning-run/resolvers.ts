// Resolvers for cleaning runs and their steps.

import type { Resolvers } from '@district-graph/kit/loaders';
import { fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { roadById } from '../road/loaders.ts';
import { sanitationCrewById } from '../sanitation-crew/loaders.ts';
import { sanitationVehicleById } from '../sanitation-vehicle/loaders.ts';
import { cleaningRunById, cleaningStepsByRun } from './loaders.ts';
import type { CleaningRun, CleaningStep } from './tables.ts';

export const cleaningRunResolvers: Resolvers = {
  Query: { cleaningRun: queryById(cleaningRunById) },
  CleaningRun: {
    __resolveReference: referenceById(cleaningRunById),
    road: fieldById(roadById, ({ roadId }: CleaningRun) => roadId),
    // A mutation returns the steps as it left them.
    steps: ({ id, steps }: CleaningRun & { steps?: CleaningStep[] }, _args, context) =>
      steps ?? cleaningStepsByRun(context).load(id),
  },
  CleaningStep: {
    vehicle: fieldById(sanitationVehicleById, ({ vehicleId }: CleaningStep) => vehicleId),
    crew: fieldById(sanitationCrewById, ({ crewId }: CleaningStep) => crewId),
  },
};
