// Resolvers for inspections of pollution sources.

import type { Resolvers } from '@district-graph/kit/loaders';
import { fieldById, queryById, referenceById, yuan } from '@district-graph/kit/schema/entities';
import { pollutionAlertById } from '../pollution-alert/loaders.ts';
import { pollutionSourceById } from '../pollution-source/loaders.ts';
import { inspectionById } from './loaders.ts';
import type { Inspection } from './tables.ts';

export const inspectionResolvers: Resolvers = {
  Query: { inspection: queryById(inspectionById) },
  Inspection: {
    __resolveReference: referenceById(inspectionById),
    alert: fieldById(pollutionAlertById, ({ alertId }: Inspection) => alertId),
    source: fieldById(pollutionSourceById, ({ sourceId }: Inspection) => sourceId),
    penalty: ({ penaltyFen }: Inspection) => (penaltyFen === null ? null : yuan(penaltyFen)),
  },
};
