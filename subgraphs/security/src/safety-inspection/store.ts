// The SQL of safety inspections.
import type { DateRange } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { acrossLevels } from '../incident/store.ts';
import type { SafetyInspection } from './tables.ts';
import { inspectionTransitions } from './transitions.ts';

export interface InspectionFilter {
  kind?: SafetyInspection['kind'] | null;
  status?: SafetyInspection['status'] | null;
  period?: DateRange | null;
}

export const findInspections = (sql: Sql, ids: readonly string[]) =>
  sql<SafetyInspection[]>`select * from safety_inspection where id = any(${ids as string[]}::uuid[])`;

const matching = (sql: Sql, { kind, status, period }: InspectionFilter) => sql`
  ${kind ? sql`and kind = ${kind}` : sql``} ${status ? sql`and status = ${status}` : sql``}
  ${period ? sql`and scheduled_on between ${period.from}::date and ${period.to}::date` : sql``}`;

/** A page of the inspections inside each division, latest first; `inside` is the prefix of the requested division. */
export const listInspections = (
  sql: Sql,
  codes: readonly string[],
  filter: InspectionFilter,
  { limit, after }: Page,
) =>
  sql<(SafetyInspection & { inside: string })[]>`${acrossLevels(
    sql,
    codes,
    (prefixes, level) => sql`
      select k.prefix as inside, s.* from unnest(${prefixes}::text[]) k(prefix)
      cross join lateral (
        select * from safety_inspection
        where ${level} = k.prefix ${matching(sql, filter)}
          ${after ? sql`and (scheduled_on, id) < (${after[0] as string}::date, ${after[1] as string}::uuid)` : sql``}
        order by scheduled_on desc, id desc limit ${limit}
      ) s`,
  )}`;

/** How many inspections there are inside each division, counted up to a limit. */
export const countInspections = (
  sql: Sql,
  codes: readonly string[],
  filter: InspectionFilter,
  limit: number,
) =>
  sql<{ inside: string; count: number }[]>`${acrossLevels(
    sql,
    codes,
    (prefixes, level) => sql`
      select k.prefix as inside, s.count from unnest(${prefixes}::text[]) k(prefix)
      cross join lateral (
        select count(*) as count from (
          select from safety_inspection where ${level} = k.prefix ${matching(sql, filter)} limit ${limit}
        ) s
      ) s`,
  )}`;

export const inspections = entityMutations<SafetyInspection>('SafetyInspection', {
  table: 'safety_inspection',
  transitions: inspectionTransitions,
  detailOf: ({ kind, hazards }) => ({ kind, hazards }),
});
