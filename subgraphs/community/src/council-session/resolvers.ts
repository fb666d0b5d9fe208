// Resolvers for sessions of councils: lookup, the council and the topics of each.
import { personCountOf } from '@district-graph/kit/access/person-counts';
import type { Resolvers } from '@district-graph/kit/loaders';
import { divisionOf, fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { councilById } from '../council/loaders.ts';
import { topicsBySession } from '../topic/loaders.ts';
import { councilSessionById } from './loaders.ts';
import type { CouncilSession } from './tables.ts';

export const councilSessionResolvers: Resolvers = {
  Query: { councilSession: queryById(councilSessionById) },
  CouncilSession: {
    __resolveReference: referenceById(councilSessionById),
    attendance: personCountOf('attendance', 'community:write'),
    council: fieldById(councilById, ({ councilId }: CouncilSession) => councilId),
    topics: ({ id }: CouncilSession, _args, context) => topicsBySession(context).load(id),
    division: divisionOf,
  },
};
