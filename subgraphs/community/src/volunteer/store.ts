// The SQL of volunteers and their membership of teams.

import type { Sql } from '@district-graph/kit/database/database';
import { alignMany, alignOne } from '@district-graph/kit/loaders';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import { boundedCount, countLimit, type Page } from '@district-graph/kit/pagination/connections';
import { countsInside, type ListQuery, pagesInsideBySubdistrict } from '@district-graph/kit/pagination/pages';
import { encryptedVolunteer, type Volunteer } from './tables.ts';
import { volunteerTransitions } from './transitions.ts';

export interface VolunteerFilter {
  skill?: Volunteer['skills'][number] | null;
}

const inside: ListQuery = {
  table: 'volunteer',
  order: [
    ['subdistrict_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const volunteers = entityMutations<Volunteer>('Volunteer', {
  table: 'volunteer',
  encrypted: encryptedVolunteer,
  masked: ['name', 'divisionCode', 'ownedBy'],
  transitions: volunteerTransitions,
});

export const findVolunteers = (sql: Sql, ids: readonly string[]) =>
  sql<Volunteer[]>`select * from volunteer where id = any(${ids as string[]}::uuid[])`;

const listed = (sql: Sql, { skill }: VolunteerFilter) =>
  sql`and r.status = 'ACTIVE' ${skill ? sql`and ${skill} = any(r.skills)` : sql``}`;

export const listVolunteersInside = (
  sql: Sql,
  codes: readonly string[],
  filter: VolunteerFilter,
  page: Page,
) => pagesInsideBySubdistrict<Volunteer>(sql, { list: inside, codes, page, where: listed(sql, filter) });

export const countVolunteersInside = (sql: Sql, codes: readonly string[], filter: VolunteerFilter) =>
  countsInside(sql, { table: 'volunteer', codes, where: listed(sql, filter) });

/** The active volunteers of each team, by subdistrict. */
export async function listVolunteersOfTeams(sql: Sql, teamIds: readonly string[], { limit, after }: Page) {
  const [code = null, id = null] = after ?? [];
  const rows = await sql<(Volunteer & { pageKey: string })[]>`
    select k.key as page_key, r.* from unnest(${teamIds as string[]}::uuid[]) k(key)
    cross join lateral (
      select v.* from volunteer_team_member m join volunteer v on v.id = m.volunteer_id
      where m.volunteer_team_id = k.key and v.status = 'ACTIVE'
        ${after ? sql`and (v.subdistrict_code, v.id) > (${code}::text, ${id}::uuid)` : sql``}
      order by v.subdistrict_code, v.id limit ${limit}
    ) r`;
  return alignMany(teamIds, rows, (row) => row.pageKey);
}

export async function countVolunteersOfTeams(sql: Sql, teamIds: readonly string[]) {
  const rows = await sql<{ key: string; count: number }[]>`
    select k.key, c.count from unnest(${teamIds as string[]}::uuid[]) k(key)
    cross join lateral (
      select count(*) as count from (
        select from volunteer_team_member m join volunteer v on v.id = m.volunteer_id
        where m.volunteer_team_id = k.key and v.status = 'ACTIVE' limit ${countLimit + 1}
      ) r
    ) c`;
  return alignOne(teamIds, rows, (row) => row.key).map((row) => boundedCount(row?.count ?? 0));
}

/** A person who signs in: the subject of a token, and the elder that the subject is. */
export interface SignedIn {
  id: string;
  elderId: string | null;
}

/** The person's record as a volunteer: the active one, or else the last one. */
export async function findVolunteerOf(sql: Sql, { id, elderId }: SignedIn): Promise<Volunteer | null> {
  const [row] = await sql<Volunteer[]>`
    select * from (
      select * from volunteer where owned_by = ${id}
      union select * from volunteer where elder_id = ${elderId}::uuid
    ) v order by status, withdrawn_on desc, id desc limit 1`;
  return row ?? null;
}

/**
 * The active volunteer other than `exceptId` that is this subject or this elder. No other transaction looks either up for
 * registration until this one ends.
 */
export async function lockVolunteerNamed(
  sql: Sql,
  { ownedBy, elderId }: Pick<Partial<Volunteer>, 'ownedBy' | 'elderId'>,
  exceptId: string | null = null,
): Promise<Volunteer | null> {
  for (const [column, value] of Object.entries({ ownedBy, elderId }))
    if (value)
      await sql`select pg_advisory_xact_lock(hashtextextended(${`volunteer.${column}/${value}`}, 0))`;
  const [row] = await sql<Volunteer[]>`
    select * from volunteer
    where (owned_by = ${ownedBy ?? null} or elder_id = ${elderId ?? null}::uuid) and status = 'ACTIVE'
      and id is distinct from ${exceptId}::uuid
    limit 1`;
  return row ?? null;
}

/** The volunteer with the card. No other transaction looks the card up for registration until this one ends. */
export async function lockCardNumber(sql: Sql, cardNumber: string): Promise<Volunteer | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended('volunteer.card_number/' || ${cardNumber}::text, 0))`;
  const [row] = await sql<Volunteer[]>`select * from volunteer where card_number = ${cardNumber}`;
  return row ?? null;
}

export async function countTeamsOf(sql: Sql, volunteerId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from volunteer_team_member where volunteer_id = ${volunteerId}`;
  return row?.count ?? 0;
}

interface Membership {
  volunteerTeamId: string;
  volunteerId: string;
}

export async function isMember(sql: Sql, { volunteerTeamId, volunteerId }: Membership): Promise<boolean> {
  const rows = await sql`
    select from volunteer_team_member
    where volunteer_team_id = ${volunteerTeamId} and volunteer_id = ${volunteerId}`;
  return rows.length > 0;
}

export const insertMember = (sql: Sql, { volunteerTeamId, volunteerId }: Membership) =>
  sql`insert into volunteer_team_member (volunteer_team_id, volunteer_id) values (${volunteerTeamId}, ${volunteerId})`;

export const deleteMember = (sql: Sql, { volunteerTeamId, volunteerId }: Membership) =>
  sql`delete from volunteer_team_member where volunteer_team_id = ${volunteerTeamId} and volunteer_id = ${volunteerId}`;

/** How many services the volunteer is signed up for. */
export async function countSignUps(sql: Sql, volunteerId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from volunteer_participation
    where volunteer_id = ${volunteerId} and status = 'SIGNED_UP'`;
  return row?.count ?? 0;
}
