// Resolvers for participations: lookup, and their service and volunteer.

import { nullIfRefused } from '@district-graph/kit/access/protected-rows';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { volunteerById } from '../volunteer/loaders.ts';
import { volunteerServiceById } from '../volunteer-service/loaders.ts';
import { participationById } from './loaders.ts';
import type { ParticipationRow } from './store.ts';

const protectedVolunteer = { field: 'volunteer', type: 'Volunteer', scope: 'volunteer:read' } as const;

export const volunteerParticipationResolvers: Resolvers = {
  Query: { volunteerParticipation: queryById(participationById) },
  VolunteerParticipation: {
    __resolveReference: referenceById(participationById),
    service: fieldById(
      volunteerServiceById,
      ({ volunteerServiceId }: ParticipationRow) => volunteerServiceId,
    ),
    // Volunteers come from other divisions, too: there the participation is shown, and the person is not.
    volunteer: async ({ volunteerId }: ParticipationRow, _args, context: SubgraphContext) => {
      const row = await volunteerById(context).load(volunteerId);
      return row && nullIfRefused(context, protectedVolunteer, row);
    },
  },
};
