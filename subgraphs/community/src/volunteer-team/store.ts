// The SQL of teams of volunteers.

import type { Sql } from '@district-graph/kit/database/database';
import { alignMany } from '@district-graph/kit/loaders';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsOf, type ListQuery, pagesInside, pagesOf } from '@district-graph/kit/pagination/pages';
import type { VolunteerTeam } from './tables.ts';
import { volunteerTeamTransitions } from './transitions.ts';

export interface VolunteerTeamFilter {
  kind?: VolunteerTeam['kind'] | null;
}

const inside: ListQuery = {
  table: 'volunteer_team',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

const ofCentre: ListQuery = { table: 'volunteer_team', order: [['id', 'uuid']] };

const active = (sql: Sql) => sql`and r.status = 'ACTIVE'`;

export const findVolunteerTeams = (sql: Sql, ids: readonly string[]) =>
  sql<VolunteerTeam[]>`select * from volunteer_team where id = any(${ids as string[]}::uuid[])`;

/** Disbanded teams are found by key, but are neither listed nor counted. */
export const listVolunteerTeamsInside = (
  sql: Sql,
  codes: readonly string[],
  { kind }: VolunteerTeamFilter,
  page: Page,
) =>
  pagesInside<VolunteerTeam>(sql, {
    list: inside,
    codes,
    page,
    where: sql`${active(sql)} ${kind ? sql`and r.kind = ${kind}` : sql``}`,
  });

export const listVolunteerTeamsOfCentres = (sql: Sql, centreIds: readonly string[], page: Page) =>
  pagesOf<VolunteerTeam>(sql, {
    list: ofCentre,
    parentColumn: 'service_centre_id',
    ids: centreIds,
    page,
    where: active(sql),
  });

export const countVolunteerTeamsOfCentres = (sql: Sql, centreIds: readonly string[]) =>
  countsOf(sql, {
    table: 'volunteer_team',
    parentColumn: 'service_centre_id',
    ids: centreIds,
    where: active(sql),
  });

/** The teams of each volunteer, by name. */
export async function findTeamsOfVolunteers(sql: Sql, volunteerIds: readonly string[]) {
  const rows = await sql<(VolunteerTeam & { volunteerId: string })[]>`
    select m.volunteer_id, t.* from volunteer_team_member m join volunteer_team t on t.id = m.volunteer_team_id
    where m.volunteer_id = any(${volunteerIds as string[]}::uuid[]) order by t.name, t.id`;
  return alignMany(volunteerIds, rows, (row) => row.volunteerId);
}

export const volunteerTeams = entityMutations<VolunteerTeam>('VolunteerTeam', {
  table: 'volunteer_team',
  transitions: volunteerTeamTransitions,
});
