// Volunteer services by key, by division, by team and by elder.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countVolunteerServicesForElders,
  countVolunteerServicesInside,
  countVolunteerServicesOfTeams,
  type ElderServiceScope,
  findVolunteerServices,
  listVolunteerServicesForElders,
  listVolunteerServicesInside,
  listVolunteerServicesOfTeams,
  type VolunteerServiceFilter,
} from './store.ts';
import type { VolunteerService } from './tables.ts';

export const volunteerServiceById = defineLoader<string, VolunteerService | null>(async (sql, ids) =>
  alignOne(ids, await findVolunteerServices(sql, ids), (row) => row.id),
);

export const volunteerServicesByDivision = defineLoader<
  string,
  VolunteerService[],
  { filter: VolunteerServiceFilter; page: Page }
>((sql, codes, { filter, page }) => listVolunteerServicesInside(sql, codes, filter, page));

export const volunteerServiceCountByDivision = defineLoader<string, number | null, VolunteerServiceFilter>(
  (sql, codes, filter) => countVolunteerServicesInside(sql, codes, filter),
);

export const volunteerServicesByTeam = defineLoader<string, VolunteerService[], Page>((sql, teamIds, page) =>
  listVolunteerServicesOfTeams(sql, teamIds, page),
);

export const volunteerServiceCountByTeam = defineLoader<string, number | null>((sql, teamIds) =>
  countVolunteerServicesOfTeams(sql, teamIds),
);

export const volunteerServicesByElder = defineLoader<
  string,
  VolunteerService[],
  { scope: ElderServiceScope; page: Page }
>((sql, elderIds, { scope, page }) => listVolunteerServicesForElders(sql, elderIds, scope, page));

export const volunteerServiceCountByElder = defineLoader<string, number | null, ElderServiceScope>(
  (sql, elderIds, scope) => countVolunteerServicesForElders(sql, elderIds, scope),
);
