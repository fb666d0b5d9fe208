// The SQL of pollution alerts.

import type { Sql } from '@district-graph/kit/database/database';
import { isId } from '@district-graph/kit/database/ids';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import { findRecord } from '@district-graph/kit/mutations/rows';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { InspectionTeam, PollutionAlert } from './tables.ts';
import { type AlertStatus, alertStatusOf, pollutionAlertTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'pollution_alert',
  order: [
    ['division_code', 'text'],
    ['issued_at', 'timestamptz'],
    ['id', 'uuid'],
  ],
};

export const findPollutionAlerts = (sql: Sql, ids: readonly string[]) =>
  sql<PollutionAlert[]>`select * from pollution_alert where id = any(${ids as string[]}::uuid[])`;

export const listPollutionAlerts = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<PollutionAlert>(sql, { list: inside, codes, page });

/** The alert in force in each division: its own, or that of the nearest division above. */
export const findCurrentAlerts = (sql: Sql, codes: readonly string[]) => sql<
  (PollutionAlert & { standsIn: string })[]
>`
  select k.code as stands_in, a.* from unnest(${codes as string[]}::text[]) k(code)
  cross join lateral (
    select a.* from unnest(division_path(k.code)) p(code)
    join pollution_alert a on a.division_code = p.code and a.lifted_at is null
    order by length(division_prefix(a.division_code)) desc limit 1
  ) a`;

export const listTeams = (sql: Sql, alertIds: readonly string[]) => sql<
  (InspectionTeam & { inspected: number })[]
>`
  select t.*, (select count(*) from inspection i where i.team_id = t.id) as inspected
  from inspection_team t where t.alert_id = any(${alertIds as string[]}::uuid[]) order by t.alert_id, t.id`;

export interface CategoryProgress {
  alertId: string;
  category: string;
  inspected: number;
  violations: number;
}

/** How many sources of each category were inspected under each alert, and how many inspections found a violation. */
export const countProgress = (sql: Sql, alertIds: readonly string[]) => sql<CategoryProgress[]>`
  select alert_id, category, count(distinct source_id) as inspected, count(*) filter (where finding = 'VIOLATION') as violations
  from inspection where alert_id = any(${alertIds as string[]}::uuid[]) group by alert_id, category`;

export const pollutionAlerts = entityMutations<PollutionAlert, AlertStatus>('PollutionAlert', {
  table: 'pollution_alert',
  statusOf: alertStatusOf,
  transitions: pollutionAlertTransitions,
});

/**
 * The alert in force in the division itself, or null. Takes an advisory lock, since there may be no row to lock:
 * only one transaction at a time issues an alert there.
 */
export async function lockStandingAlert(sql: Sql, divisionCode: string): Promise<PollutionAlert | null> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`pollution_alert/${divisionCode}`}, 0))`;
  const [row] = await sql<PollutionAlert[]>`
    select * from pollution_alert where division_code = ${divisionCode} and lifted_at is null`;
  return row ?? null;
}

/**
 * The alert, locked against being lifted until the transaction ends; other transactions may work under it at the
 * same time.
 */
export async function sharePollutionAlert(sql: Sql, id: string): Promise<PollutionAlert | null> {
  if (!isId(id)) return null;
  const [row] = await sql<PollutionAlert[]>`select * from pollution_alert where id = ${id} for share`;
  return row ?? null;
}

export const inspectionTeams = entityMutations<InspectionTeam>('InspectionTeam', {
  table: 'inspection_team',
});

export const findInspectionTeam = (sql: Sql, id: string) =>
  findRecord<InspectionTeam>(sql, 'inspection_team', id);
