// Volunteers by key, by division, by team and by viewer.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countVolunteersInside,
  countVolunteersOfTeams,
  findVolunteerOf,
  findVolunteers,
  listVolunteersInside,
  listVolunteersOfTeams,
  type VolunteerFilter,
} from './store.ts';
import type { Volunteer } from './tables.ts';

export const volunteerById = defineLoader<string, Volunteer | null>(async (sql, ids) =>
  alignOne(ids, await findVolunteers(sql, ids), (row) => row.id),
);

export const volunteersByDivision = defineLoader<
  string,
  Volunteer[],
  { filter: VolunteerFilter; page: Page }
>((sql, codes, { filter, page }) => listVolunteersInside(sql, codes, filter, page));

export const volunteerCountByDivision = defineLoader<string, number | null, VolunteerFilter>(
  (sql, codes, filter) => countVolunteersInside(sql, codes, filter),
);

export const volunteersByTeam = defineLoader<string, Volunteer[], Page>((sql, teamIds, page) =>
  listVolunteersOfTeams(sql, teamIds, page),
);

export const volunteerCountByTeam = defineLoader<string, number | null>((sql, teamIds) =>
  countVolunteersOfTeams(sql, teamIds),
);

/** Keyed by the viewer: a request has only that one key. */
export const volunteerOfViewer = defineLoader<string, Volunteer | null, { elderId: string | null }>(
  (sql, ids, { elderId }) => Promise.all(ids.map((id) => findVolunteerOf(sql, { id, elderId }))),
);
