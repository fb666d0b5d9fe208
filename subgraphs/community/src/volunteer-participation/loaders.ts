// Participations by key, by service and by volunteer.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countParticipationsBy,
  findParticipations,
  listParticipationsOfServices,
  listParticipationsOfVolunteers,
  type ParticipationFilter,
  type ParticipationRow,
} from './store.ts';

interface Listing {
  filter: ParticipationFilter;
  page: Page;
}

export const participationById = defineLoader<string, ParticipationRow | null>(async (sql, ids) =>
  alignOne(ids, await findParticipations(sql, ids), (row) => row.id),
);

export const participationsByService = defineLoader<string, ParticipationRow[], Listing>(
  (sql, serviceIds, { filter, page }) => listParticipationsOfServices(sql, serviceIds, filter, page),
);

export const participationCountByService = defineLoader<string, number | null, ParticipationFilter>(
  (sql, serviceIds, filter) => countParticipationsBy(sql, 'volunteer_service_id', serviceIds, filter),
);

export const participationsByVolunteer = defineLoader<string, ParticipationRow[], Listing>(
  (sql, volunteerIds, { filter, page }) => listParticipationsOfVolunteers(sql, volunteerIds, filter, page),
);

export const participationCountByVolunteer = defineLoader<string, number | null, ParticipationFilter>(
  (sql, volunteerIds, filter) => countParticipationsBy(sql, 'volunteer_id', volunteerIds, filter),
);
