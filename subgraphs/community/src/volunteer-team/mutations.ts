// Mutations of teams of volunteers: register, edit, disband.

import type { Resolvers } from '@district-graph/kit/loaders';
import { checkKey, checkNotAfterToday, checkWords } from '@district-graph/kit/mutations/checks';
import {
  closeMutation,
  registerMutation,
  updateMutation,
} from '@district-graph/kit/mutations/record-mutations';
import { volunteerTeams } from './store.ts';
import type { VolunteerTeam } from './tables.ts';

type Fields = Pick<VolunteerTeam, 'name' | 'kind' | 'serviceCentreId' | 'foundedOn'>;

export const columnsOf = (
  { name, kind, serviceCentreId, foundedOn }: Partial<Fields>,
  today: string,
): Partial<VolunteerTeam> => ({
  kind,
  name: checkWords('name', name),
  serviceCentreId: checkKey('serviceCentreId', serviceCentreId),
  foundedOn: checkNotAfterToday('foundedOn', foundedOn, today),
});

export const volunteerTeamMutations: Resolvers = {
  Mutation: {
    registerVolunteerTeam: registerMutation('registerVolunteerTeam', volunteerTeams, columnsOf),

    updateVolunteerTeam: updateMutation('updateVolunteerTeam', volunteerTeams, {
      argument: 'volunteerTeamId',
      status: 'ACTIVE',
      columnsOf: (fields: Partial<Fields>, _row, today) => columnsOf(fields, today),
    }),

    // A volunteer joins or a service is planned before, or finds the team disbanded.
    disbandVolunteerTeam: closeMutation('disbandVolunteerTeam', volunteerTeams, {
      argument: 'volunteerTeamId',
      to: 'DISBANDED',
      columnsOf: (disbandedOn) => ({ status: 'DISBANDED' as const, disbandedOn }),
      openedOn: ({ foundedOn }) => foundedOn,
    }),
  },
};
