// The SQL of participations. Each is read with whom its volunteer is, so that they see their own.

import type { Sql } from '@district-graph/kit/database/database';
import { isId } from '@district-graph/kit/database/ids';
import { alignMany, alignOne } from '@district-graph/kit/loaders';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import { findRecord } from '@district-graph/kit/mutations/rows';
import { boundedCount, countLimit, type Page } from '@district-graph/kit/pagination/connections';
import type { Volunteer } from '../volunteer/tables.ts';
import type { VolunteerService } from '../volunteer-service/tables.ts';
import type { VolunteerParticipation } from './tables.ts';
import { participationTransitions } from './transitions.ts';

/** A participation with the token's subject and the elder that the volunteer is. */
export type ParticipationRow = VolunteerParticipation & Partial<Pick<Volunteer, 'ownedBy' | 'elderId'>>;

export interface ParticipationFilter {
  status?: VolunteerParticipation['status'] | null;
}

const withVolunteer = (sql: Sql) =>
  sql`select p.*, v.owned_by, v.elder_id from volunteer_participation p join volunteer v on v.id = p.volunteer_id`;

const matching = (sql: Sql, { status }: ParticipationFilter) =>
  status ? sql`and p.status = ${status}` : sql``;

export const findParticipations = (sql: Sql, ids: readonly string[]) =>
  sql<ParticipationRow[]>`${withVolunteer(sql)} where p.id = any(${ids as string[]}::uuid[])`;

/** The participations in each service, in the order of sign-up, which is that of their ids. */
export async function listParticipationsOfServices(
  sql: Sql,
  serviceIds: readonly string[],
  filter: ParticipationFilter,
  { limit, after }: Page,
) {
  const [id = null] = after ?? [];
  const rows = await sql<(ParticipationRow & { pageKey: string })[]>`
    select k.key as page_key, r.* from unnest(${serviceIds as string[]}::uuid[]) k(key)
    cross join lateral (
      ${withVolunteer(sql)} where p.volunteer_service_id = k.key ${matching(sql, filter)}
        ${after ? sql`and p.id > ${id}::uuid` : sql``}
      order by p.id limit ${limit}
    ) r`;
  return alignMany(serviceIds, rows, (row) => row.pageKey);
}

/** The participations of each volunteer, latest service first. */
export async function listParticipationsOfVolunteers(
  sql: Sql,
  volunteerIds: readonly string[],
  filter: ParticipationFilter,
  { limit, after }: Page,
) {
  const [startsAt = null, id = null] = after ?? [];
  const rows = await sql<(ParticipationRow & { pageKey: string })[]>`
    select k.key as page_key, r.* from unnest(${volunteerIds as string[]}::uuid[]) k(key)
    cross join lateral (
      ${withVolunteer(sql)} where p.volunteer_id = k.key ${matching(sql, filter)}
        ${after ? sql`and (p.starts_at, p.id) < (${startsAt}::timestamptz, ${id}::uuid)` : sql``}
      order by p.starts_at desc, p.id desc limit ${limit}
    ) r`;
  return alignMany(volunteerIds, rows, (row) => row.pageKey);
}

/** The number of participations by the column that names their service or volunteer. */
export async function countParticipationsBy(
  sql: Sql,
  column: 'volunteer_service_id' | 'volunteer_id',
  ids: readonly string[],
  filter: ParticipationFilter,
) {
  const rows = await sql<{ key: string; count: number }[]>`
    select k.key, c.count from unnest(${ids as string[]}::uuid[]) k(key)
    cross join lateral (
      select count(*) as count from (
        select from volunteer_participation p where p.${sql(column)} = k.key ${matching(sql, filter)}
        limit ${countLimit + 1}
      ) r
    ) c`;
  return alignOne(ids, rows, (row) => row.key).map((row) => boundedCount(row?.count ?? 0));
}

async function lockParticipation(sql: Sql, id: string): Promise<ParticipationRow | null> {
  if (!isId(id)) return null;
  const [row] = await sql<
    ParticipationRow[]
  >`${withVolunteer(sql)} where p.id = ${id} for no key update of p`;
  return row ?? null;
}

export const findParticipation = (sql: Sql, id: string) =>
  findRecord<VolunteerParticipation>(sql, 'volunteer_participation', id);

export const participations = entityMutations<ParticipationRow, VolunteerParticipation['status']>(
  'VolunteerParticipation',
  {
    table: 'volunteer_participation',
    transitions: participationTransitions,
    lock: lockParticipation,
    detailOf: ({ volunteerServiceId, hours }) => ({
      volunteerServiceId,
      ...(hours === null ? {} : { hours }),
    }),
  },
);

/** The participation of the volunteer in the service that is not cancelled, or null. */
export async function findLiveParticipation(
  sql: Sql,
  serviceId: string,
  volunteerId: string,
): Promise<ParticipationRow | null> {
  const [row] = await sql<ParticipationRow[]>`
    ${withVolunteer(sql)} where p.volunteer_service_id = ${serviceId} and p.volunteer_id = ${volunteerId}
      and p.status <> 'CANCELLED'`;
  return row ?? null;
}

type Times = Pick<VolunteerService, 'startsAt' | 'endsAt'>;

/** The earliest service of the volunteer during that time, or null. */
export async function findConflictingService(
  sql: Sql,
  volunteerId: string,
  { startsAt, endsAt }: Times,
): Promise<VolunteerService | null> {
  const [row] = await sql<VolunteerService[]>`
    select s.* from volunteer_participation p join volunteer_service s on s.id = p.volunteer_service_id
    where p.volunteer_id = ${volunteerId} and p.status in ('SIGNED_UP', 'ATTENDED')
      and tstzrange(p.starts_at, p.ends_at) && tstzrange(${startsAt}, ${endsAt})
    order by s.starts_at limit 1`;
  return row ?? null;
}

/**
 * How many volunteers of a service have another one during that time. They are locked, in the order of their ids: none of them signs up
 * for another service until the transaction ends.
 */
export async function countVolunteersBusy(
  sql: Sql,
  serviceId: string,
  { startsAt, endsAt }: Times,
): Promise<number> {
  await sql`
    select from volunteer where id in (
      select volunteer_id from volunteer_participation
      where volunteer_service_id = ${serviceId} and status in ('SIGNED_UP', 'ATTENDED')
    ) order by id for no key update`;
  const [row] = await sql<{ count: number }[]>`
    select count(distinct p.volunteer_id)::integer as count
    from volunteer_participation p join volunteer_participation o on o.volunteer_id = p.volunteer_id
    where p.volunteer_service_id = ${serviceId} and p.status in ('SIGNED_UP', 'ATTENDED')
      and o.volunteer_service_id <> ${serviceId} and o.status in ('SIGNED_UP', 'ATTENDED')
      and tstzrange(o.starts_at, o.ends_at) && tstzrange(${startsAt}, ${endsAt})`;
  return row?.count ?? 0;
}

export async function countAttended(sql: Sql, serviceId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from volunteer_participation
    where volunteer_service_id = ${serviceId} and status = 'ATTENDED'`;
  return row?.count ?? 0;
}

/** The sign-ups for a service, locked. */
export const lockSignUps = (sql: Sql, serviceId: string) =>
  sql<VolunteerParticipation[]>`
    select * from volunteer_participation where volunteer_service_id = ${serviceId} and status = 'SIGNED_UP'
    order by id for update`;

/** The services that an elder, as a volunteer, is signed up for; soonest first. */
export const findSignUpsOfElder = (sql: Sql, elderId: string) =>
  sql<{ id: string; volunteerServiceId: string }[]>`
    select p.id, p.volunteer_service_id from volunteer_participation p join volunteer v on v.id = p.volunteer_id
    where v.elder_id = ${elderId}::uuid and p.status = 'SIGNED_UP' order by p.starts_at, p.id`;
