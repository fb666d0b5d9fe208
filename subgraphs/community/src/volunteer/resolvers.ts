// Resolvers for volunteers. The @access rules of the schema decide who sees which field.

import { pageInside } from '@district-graph/kit/access/protected-rows';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { divisionOf, foreignEntity, queryById, referenceById } from '@district-graph/kit/schema/entities';
import {
  participationCountByVolunteer,
  participationsByVolunteer,
} from '../volunteer-participation/loaders.ts';
import type { ParticipationFilter, ParticipationRow } from '../volunteer-participation/store.ts';
import { teamsByVolunteer } from '../volunteer-team/loaders.ts';
import { volunteerById, volunteerCountByDivision, volunteersByDivision } from './loaders.ts';
import type { VolunteerFilter } from './store.ts';
import { encryptedVolunteer, type Volunteer } from './tables.ts';

const list = defineList<Volunteer>('volunteers', ['text', 'uuid'], (row) => [row.subdistrictCode, row.id]);

const participations = defineList<ParticipationRow>(
  'Volunteer.participations',
  ['instant', 'uuid'],
  (row) => [row.startsAt, row.id],
);

/** The community in which a volunteer is registered, which may be where they live. */
const volunteerDivision = { type: 'Volunteer', field: 'division', scope: 'volunteer:identify' } as const;

export const volunteerResolvers: Resolvers = {
  Query: {
    volunteer: queryById(volunteerById),
    volunteers: async (
      _root,
      { within, skill, ...args }: PageArgs & VolunteerFilter & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      const page = pageOf(list, args);
      const filter = { skill };
      const rule = { list: 'volunteers', division: volunteerDivision };
      const rows = await pageInside(context, rule, code, page, () =>
        volunteersByDivision(context, { filter, page }).load(code),
      );
      return toConnection(list, page, rows, () => volunteerCountByDivision(context, filter).load(code));
    },
  },
  Volunteer: {
    __resolveReference: referenceById(volunteerById),
    ...encryptedVolunteer.fields(),
    division: divisionOf,
    elder: foreignEntity(({ elderId }: Volunteer) => elderId),
    teams: ({ id }: Volunteer, _args, context) => teamsByVolunteer(context).load(id),
    participations: async (
      { id }: Volunteer,
      { status, ...args }: PageArgs & ParticipationFilter,
      context,
    ) => {
      const page = pageOf(participations, args);
      const rows = await participationsByVolunteer(context, { filter: { status }, page }).load(id);
      return toConnection(participations, page, rows, () =>
        participationCountByVolunteer(context, { status }).load(id),
      );
    },
  },
};
