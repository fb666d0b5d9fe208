// Teams of volunteers by key, by division, by service centre and by volunteer.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countVolunteerTeamsOfCentres,
  findTeamsOfVolunteers,
  findVolunteerTeams,
  listVolunteerTeamsInside,
  listVolunteerTeamsOfCentres,
  type VolunteerTeamFilter,
} from './store.ts';
import type { VolunteerTeam } from './tables.ts';

export const volunteerTeamById = defineLoader<string, VolunteerTeam | null>(async (sql, ids) =>
  alignOne(ids, await findVolunteerTeams(sql, ids), (row) => row.id),
);

export const volunteerTeamsByDivision = defineLoader<
  string,
  VolunteerTeam[],
  { filter: VolunteerTeamFilter; page: Page }
>((sql, codes, { filter, page }) => listVolunteerTeamsInside(sql, codes, filter, page));

export const volunteerTeamsByCentre = defineLoader<string, VolunteerTeam[], Page>((sql, centreIds, page) =>
  listVolunteerTeamsOfCentres(sql, centreIds, page),
);

export const volunteerTeamCountByCentre = defineLoader<string, number | null>((sql, centreIds) =>
  countVolunteerTeamsOfCentres(sql, centreIds),
);

export const teamsByVolunteer = defineLoader<string, VolunteerTeam[]>((sql, volunteerIds) =>
  findTeamsOfVolunteers(sql, volunteerIds),
);
