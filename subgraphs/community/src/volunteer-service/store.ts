// The SQL of volunteer services and of the elders for whom they were done.
import { type DateRange, instantsOf } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import { alignMany, alignOne } from '@district-graph/kit/loaders';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import { boundedCount, type Page } from '@district-graph/kit/pagination/connections';
import {
  countsInside,
  countsOf,
  type ListQuery,
  pagesInsideByLevel,
  pagesOf,
} from '@district-graph/kit/pagination/pages';
import type { VolunteerService } from './tables.ts';
import { volunteerServiceTransitions } from './transitions.ts';

export interface VolunteerServiceFilter {
  period: DateRange;
  kind?: VolunteerService['kind'] | null;
  status?: VolunteerService['status'] | null;
}

const byTime: ListQuery = {
  table: 'volunteer_service',
  order: [
    ['starts_at', 'timestamptz'],
    ['id', 'uuid'],
  ],
};

const latestFirst: ListQuery = { ...byTime, descending: true };

/** Services that take place: cancelled ones are listed only when requested. */
function matching(sql: Sql, { period, kind, status }: VolunteerServiceFilter) {
  const { start, end } = instantsOf(period);
  return sql`and r.starts_at >= ${start} and r.starts_at < ${end}
    ${kind ? sql`and r.kind = ${kind}` : sql``}
    ${status ? sql`and r.status = ${status}` : sql`and r.status <> 'CANCELLED'`}`;
}

export const findVolunteerServices = (sql: Sql, ids: readonly string[]) =>
  sql<VolunteerService[]>`select * from volunteer_service where id = any(${ids as string[]}::uuid[])`;

export const listVolunteerServicesInside = (
  sql: Sql,
  codes: readonly string[],
  filter: VolunteerServiceFilter,
  page: Page,
) => pagesInsideByLevel<VolunteerService>(sql, { list: byTime, codes, page, where: matching(sql, filter) });

export const countVolunteerServicesInside = (
  sql: Sql,
  codes: readonly string[],
  filter: VolunteerServiceFilter,
) => countsInside(sql, { table: 'volunteer_service', codes, where: matching(sql, filter) });

export const listVolunteerServicesOfTeams = (sql: Sql, teamIds: readonly string[], page: Page) =>
  pagesOf<VolunteerService>(sql, {
    list: latestFirst,
    parentColumn: 'volunteer_team_id',
    ids: teamIds,
    page,
  });

export const countVolunteerServicesOfTeams = (sql: Sql, teamIds: readonly string[]) =>
  countsOf(sql, { table: 'volunteer_service', parentColumn: 'volunteer_team_id', ids: teamIds });

/** Which services of elders a viewer sees: those inside the divisions with these prefixes, or, of the elder `self`, all. */
export interface ElderServiceScope {
  prefixes: readonly string[];
  self: string | null;
}

const visible = (sql: Sql, { prefixes, self }: ElderServiceScope) =>
  sql`(e.elder_id = ${self}::uuid or exists (
    select from unnest(${prefixes as string[]}::text[]) p(prefix) where starts_with(s.division_code, p.prefix)))`;

/** The services that were done for each elder, latest first. */
export async function listVolunteerServicesForElders(
  sql: Sql,
  elderIds: readonly string[],
  scope: ElderServiceScope,
  { limit, after }: Page,
) {
  const [startsAt = null, id = null] = after ?? [];
  const rows = await sql<(VolunteerService & { pageKey: string })[]>`
    select k.key as page_key, r.* from unnest(${elderIds as string[]}::uuid[]) k(key)
    cross join lateral (
      select s.* from volunteer_service_elder e join volunteer_service s on s.id = e.volunteer_service_id
      where e.elder_id = k.key and ${visible(sql, scope)}
        ${after ? sql`and (s.starts_at, s.id) < (${startsAt}::timestamptz, ${id}::uuid)` : sql``}
      order by s.starts_at desc, s.id desc limit ${limit}
    ) r`;
  return alignMany(elderIds, rows, (row) => row.pageKey);
}

export async function countVolunteerServicesForElders(
  sql: Sql,
  elderIds: readonly string[],
  scope: ElderServiceScope,
) {
  const rows = await sql<{ elderId: string; count: number }[]>`
    select e.elder_id, count(*)::integer as count
    from volunteer_service_elder e join volunteer_service s on s.id = e.volunteer_service_id
    where e.elder_id = any(${elderIds as string[]}::uuid[]) and ${visible(sql, scope)} group by 1`;
  return alignOne(elderIds, rows, (row) => row.elderId).map((row) => boundedCount(row?.count ?? 0));
}

export async function insertElders(
  sql: Sql,
  { id, divisionCode }: Pick<VolunteerService, 'id' | 'divisionCode'>,
  elderIds: readonly string[],
): Promise<void> {
  await sql`
    insert into volunteer_service_elder (volunteer_service_id, elder_id, division_code)
    select ${id}::uuid, e.id, ${divisionCode} from unnest(${elderIds as string[]}::uuid[]) e(id)`;
}

export const volunteerServices = entityMutations<VolunteerService>('VolunteerService', {
  table: 'volunteer_service',
  transitions: volunteerServiceTransitions,
});
