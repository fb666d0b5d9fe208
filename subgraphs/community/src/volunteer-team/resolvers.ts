// Resolvers for teams of volunteers: lookup, lists, and the members and services of a team.
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import {
  divisionOf,
  foreignEntity,
  foreignReference,
  queryById,
  referenceById,
} from '@district-graph/kit/schema/entities';
import { volunteerCountByTeam, volunteersByTeam } from '../volunteer/loaders.ts';
import type { Volunteer } from '../volunteer/tables.ts';
import { volunteerServiceCountByTeam, volunteerServicesByTeam } from '../volunteer-service/loaders.ts';
import type { VolunteerService } from '../volunteer-service/tables.ts';
import {
  volunteerTeamById,
  volunteerTeamCountByCentre,
  volunteerTeamsByCentre,
  volunteerTeamsByDivision,
} from './loaders.ts';
import type { VolunteerTeamFilter } from './store.ts';
import { type VolunteerTeam, volunteerTeamKinds } from './tables.ts';

const list = defineList<VolunteerTeam>('volunteerTeams', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);
const ofCentre = defineList<VolunteerTeam>('ServiceCentre.volunteerTeams', ['uuid'], (row) => [row.id]);
const members = defineList<Volunteer>('VolunteerTeam.members', ['text', 'uuid'], (row) => [
  row.subdistrictCode,
  row.id,
]);
const services = defineList<VolunteerService>('VolunteerTeam.services', ['instant', 'uuid'], (row) => [
  row.startsAt,
  row.id,
]);

/** The rollup metrics of the teams of a kind, or of all. */
export const volunteerTeamMetrics = (kind?: VolunteerTeam['kind'] | null) =>
  (kind ? [kind] : volunteerTeamKinds).map((each) => `volunteer_teams:${each}`);

export const volunteerTeamResolvers: Resolvers = {
  Query: {
    volunteerTeam: queryById(volunteerTeamById),
    volunteerTeams: async (
      _root,
      { within, kind, ...args }: PageArgs & VolunteerTeamFilter & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      const page = pageOf(list, args);
      const rows = await volunteerTeamsByDivision(context, { filter: { kind }, page }).load(code);
      return toConnection(list, page, rows, async () =>
        sumOf(await stockByDivision(context).load(code), ...volunteerTeamMetrics(kind)),
      );
    },
  },
  VolunteerTeam: {
    __resolveReference: referenceById(volunteerTeamById),
    division: divisionOf,
    serviceCentre: foreignEntity(({ serviceCentreId }: VolunteerTeam) => serviceCentreId),
    members: async ({ id }: VolunteerTeam, args: PageArgs, context) => {
      const page = pageOf(members, args);
      const rows = await volunteersByTeam(context, page).load(id);
      return toConnection(members, page, rows, () => volunteerCountByTeam(context).load(id));
    },
    services: async ({ id }: VolunteerTeam, args: PageArgs, context) => {
      const page = pageOf(services, args);
      const rows = await volunteerServicesByTeam(context, page).load(id);
      return toConnection(services, page, rows, () => volunteerServiceCountByTeam(context).load(id));
    },
  },
  ServiceCentre: {
    __resolveReference: foreignReference,
    volunteerTeams: async ({ id }: { id: string }, args: PageArgs, context) => {
      const page = pageOf(ofCentre, args);
      const rows = await volunteerTeamsByCentre(context, page).load(id);
      return toConnection(ofCentre, page, rows, () => volunteerTeamCountByCentre(context).load(id));
    },
  },
};
