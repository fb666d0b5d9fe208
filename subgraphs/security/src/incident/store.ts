// The SQL of incidents and their timelines.
import { type DateRange, instantsOf } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import { prefixOf } from '@district-graph/kit/divisions/divisions';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import type { Incident, IncidentTimelineRow } from './tables.ts';
import { incidentTransitions } from './transitions.ts';

export interface IncidentFilter {
  status?: Incident['status'] | null;
  open?: boolean | null;
  kind?: Incident['kind'] | null;
  severity?: number | null;
  period?: DateRange | null;
}

/** An incident as it is read; a mutation returns one for which the location of its source has not been looked up. */
export interface IncidentRow extends Incident {
  /** Whether its location is that of the source device. */
  isAtSource: boolean;
}

const columns = (sql: Sql) => sql`
  i.*, (
    select d.longitude = i.longitude and d.latitude = i.latitude from security_device d where d.id = i.source_device_id
  ) is true as is_at_source`;

export const findIncidents = (sql: Sql, ids: readonly string[]) =>
  sql<IncidentRow[]>`select ${columns(sql)} from incident i where i.id = any(${ids as string[]}::uuid[])`;

const nothing = (sql: Sql) => sql``;
/** A fragment of a statement. */
type Fragment = ReturnType<typeof nothing>;

/**
 * Joins one query per level of the codes, since each level has an index of its own. `query` receives the prefixes
 * of the level's codes and the expression that is indexed.
 */
export function acrossLevels(
  sql: Sql,
  codes: readonly string[],
  query: (prefixes: string[], level: Fragment) => Fragment,
): Fragment {
  const expressions = {
    4: sql`left(division_code, 4)`,
    6: sql`left(division_code, 6)`,
    9: sql`left(division_code, 9)`,
    12: sql`left(division_code, 12)`,
  };
  const prefixes = [...new Set(codes.map(prefixOf))];
  return Object.entries(expressions)
    .map(([digits, level]) => ({
      level,
      inLevel: prefixes.filter((prefix) => prefix.length === Number(digits)),
    }))
    .filter(({ inLevel }) => inLevel.length > 0)
    .map(({ level, inLevel }) => query(inLevel, level))
    .reduce((joined, part) => sql`${joined} union all ${part}`);
}

/** The conditions on open incidents are literals, so that partial indexes can be used. */
function matching(sql: Sql, { status, open, kind, severity, period }: IncidentFilter) {
  const isOpen = sql`status in ('RAISED', 'ACKNOWLEDGED', 'DISPATCHED')`;
  const impliesOpen = open || status === 'RAISED' || status === 'ACKNOWLEDGED' || status === 'DISPATCHED';
  const instants = period ? instantsOf(period) : null;
  return sql`
    ${impliesOpen ? sql`and ${isOpen}` : sql``} ${open === false ? sql`and not ${isOpen}` : sql``}
    ${status ? sql`and status = ${status}` : sql``}
    ${kind ? sql`and kind = ${kind}` : sql``} ${severity ? sql`and severity = ${severity}` : sql``}
    ${instants ? sql`and raised_at >= ${instants.start}::timestamptz and raised_at < ${instants.end}::timestamptz` : sql``}`;
}

export type IncidentOrder = 'RAISED_AT_DESC' | 'RAISED_AT_ASC';

/** The condition on the rows after the cursor, and their order, which the same index answers in both directions. */
function pageIn(sql: Sql, orderBy: IncidentOrder, { limit, after }: Page): Fragment {
  const ascending = orderBy === 'RAISED_AT_ASC';
  const following = after
    ? sql`and (raised_at, id) ${ascending ? sql`>` : sql`<`} (${after[0] as string}::timestamptz, ${after[1] as string}::uuid)`
    : sql``;
  const direction = ascending ? sql`asc` : sql`desc`;
  return sql`${following} order by raised_at ${direction}, id ${direction} limit ${limit}`;
}

/** A page of the incidents inside each division; `inside` is the prefix of the requested division. */
export const listIncidents = (
  sql: Sql,
  codes: readonly string[],
  { orderBy, ...filter }: IncidentFilter & { orderBy: IncidentOrder },
  page: Page,
) =>
  sql<(IncidentRow & { inside: string })[]>`${acrossLevels(
    sql,
    codes,
    (prefixes, level) => sql`
      select k.prefix as inside, ${columns(sql)} from unnest(${prefixes}::text[]) k(prefix)
      cross join lateral (
        select * from incident
        where ${level} = k.prefix ${matching(sql, filter)} ${pageIn(sql, orderBy, page)}
      ) i`,
  )}`;

/** How many incidents there are inside each division, counted up to a limit. */
export const countIncidents = (sql: Sql, codes: readonly string[], filter: IncidentFilter, limit: number) =>
  sql<{ inside: string; count: number }[]>`${acrossLevels(
    sql,
    codes,
    (prefixes, level) => sql`
      select k.prefix as inside, i.count from unnest(${prefixes}::text[]) k(prefix)
      cross join lateral (
        select count(*) as count from (
          select from incident where ${level} = k.prefix ${matching(sql, filter)} limit ${limit}
        ) i
      ) i`,
  )}`;

/** A page of the incidents about each elder, newest first. */
export const listIncidentsOfElders = (sql: Sql, elderIds: readonly string[], page: Page) =>
  sql<IncidentRow[]>`
    select ${columns(sql)} from unnest(${elderIds as string[]}::uuid[]) k(id)
    cross join lateral (
      select * from incident where elder_id = k.id ${pageIn(sql, 'RAISED_AT_DESC', page)}
    ) i`;

/** How many incidents there are about each elder, counted up to a limit. */
export const countIncidentsOfElders = (sql: Sql, elderIds: readonly string[], limit: number) =>
  sql<{ elderId: string; count: number }[]>`
    select k.id as elder_id, i.count from unnest(${elderIds as string[]}::uuid[]) k(id)
    cross join lateral (
      select count(*) as count from (select from incident where elder_id = k.id limit ${limit}) i
    ) i`;

export const findTimelines = (sql: Sql, incidentIds: readonly string[]) => sql<IncidentTimelineRow[]>`
  select * from incident_timeline where incident_id = any(${incidentIds as string[]}::uuid[])
  order by incident_id, sequence`;

export const incidents = entityMutations<Incident>('Incident', {
  table: 'incident',
  transitions: incidentTransitions,
});

/** Appends an entry to the timeline of a locked incident. */
export const appendToTimeline = (sql: Sql, entry: Omit<IncidentTimelineRow, 'sequence'>) => sql`
  insert into incident_timeline (incident_id, sequence, at, actor, action, note)
  select ${entry.incidentId}::uuid, coalesce(max(sequence), 0) + 1, ${entry.at}::timestamptz, ${entry.actor},
    ${entry.action}, ${entry.note}
  from incident_timeline where incident_id = ${entry.incidentId}::uuid`;
