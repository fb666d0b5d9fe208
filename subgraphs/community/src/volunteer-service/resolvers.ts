// Resolvers for volunteer services: lookup, lists by time, and the services that were done for an elder.

import { checkPeriod } from '@district-graph/kit/calendar';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import { prefixesOf } from '@district-graph/kit/identity/viewer';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import {
  divisionOf,
  fieldById,
  foreignReference,
  queryById,
  referenceById,
} from '@district-graph/kit/schema/entities';
import { participationCountByService, participationsByService } from '../volunteer-participation/loaders.ts';
import type { ParticipationFilter, ParticipationRow } from '../volunteer-participation/store.ts';
import { volunteerTeamById } from '../volunteer-team/loaders.ts';
import {
  volunteerServiceById,
  volunteerServiceCountByDivision,
  volunteerServiceCountByElder,
  volunteerServicesByDivision,
  volunteerServicesByElder,
} from './loaders.ts';
import type { VolunteerServiceFilter } from './store.ts';
import type { VolunteerService } from './tables.ts';

const byTime = (name: string) =>
  defineList<VolunteerService>(name, ['instant', 'uuid'], (row) => [row.startsAt, row.id]);
const list = byTime('volunteerServices');
const ofElder = byTime('Elder.volunteerServices');
const participations = defineList<ParticipationRow>('VolunteerService.participations', ['uuid'], (row) => [
  row.id,
]);

export const volunteerServiceResolvers: Resolvers = {
  Query: {
    volunteerService: queryById(volunteerServiceById),
    volunteerServices: async (
      _root,
      { within, first, after, ...filter }: PageArgs & VolunteerServiceFilter & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      checkPeriod(filter.period);
      const page = pageOf(list, { first, after });
      const rows = await volunteerServicesByDivision(context, { filter, page }).load(code);
      return toConnection(list, page, rows, () =>
        volunteerServiceCountByDivision(context, filter).load(code),
      );
    },
  },
  VolunteerService: {
    __resolveReference: referenceById(volunteerServiceById),
    division: divisionOf,
    team: fieldById(volunteerTeamById, ({ volunteerTeamId }: VolunteerService) => volunteerTeamId),
    placesLeft: ({ places, placesTaken }: VolunteerService) => places - placesTaken,
    participations: async (
      { id }: VolunteerService,
      { status, ...args }: PageArgs & ParticipationFilter,
      context,
    ) => {
      const page = pageOf(participations, args);
      const rows = await participationsByService(context, { filter: { status }, page }).load(id);
      return toConnection(participations, page, rows, () =>
        participationCountByService(context, { status }).load(id),
      );
    },
  },
  Elder: {
    __resolveReference: foreignReference,
    volunteerServices: async ({ id }: { id: string }, args: PageArgs, context) => {
      const { viewer } = context;
      // Of an elder only the district is known here: the viewer's divisions decide which of the services they see.
      const prefixes = viewer.scopes.has('elder:read') ? prefixesOf(viewer) : [];
      const scope = { prefixes, self: viewer.elderId };
      const page = pageOf(ofElder, args);
      const rows = await volunteerServicesByElder(context, { scope, page }).load(id);
      return toConnection(ofElder, page, rows, () => volunteerServiceCountByElder(context, scope).load(id));
    },
  },
};
