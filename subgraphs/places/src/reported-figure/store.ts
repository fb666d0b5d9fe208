// The SQL of reported figures.

import type { Sql } from '@district-graph/kit/database/database';
import { codesInside } from '@district-graph/kit/divisions/divisions';
import { countLimit, type Page } from '@district-graph/kit/pagination/connections';
import type { ReportedFigure } from './tables.ts';

export interface ReportedFigureFilter {
  subgraph?: string | null;
}

export const findReportedFigures = (sql: Sql, keys: readonly string[]) =>
  sql<ReportedFigure[]>`select * from reported_figure where key = any(${keys as string[]}::text[])`;

const condition = (sql: Sql, { subgraph }: ReportedFigureFilter) =>
  subgraph ? sql`and f.subgraph = ${subgraph}` : sql``;

/** A page of the figures about each division itself, without those inside it. */
export const listReportedFigures = (
  sql: Sql,
  codes: readonly string[],
  filter: ReportedFigureFilter,
  { limit, after }: Page,
) =>
  sql<ReportedFigure[]>`
    select f.* from unnest(${codes as string[]}::text[]) k(code)
    cross join lateral (
      select * from reported_figure f where f.division_code = k.code ${condition(sql, filter)}
        ${after ? sql`and f.key > ${after[1] as string}` : sql``}
      order by f.key limit ${limit}
    ) f`;

export const countReportedFigures = (sql: Sql, codes: readonly string[], filter: ReportedFigureFilter) =>
  sql<{ code: string; count: number }[]>`
    select k.code, count(f.key) as count from unnest(${codes as string[]}::text[]) k(code)
    left join reported_figure f on f.division_code = k.code ${condition(sql, filter)} group by k.code`;

/** The figures about a division and those inside it. */
export function listReportedFiguresInside(
  sql: Sql,
  within: string,
  filter: ReportedFigureFilter,
  { limit, after }: Page,
) {
  const { start, end } = codesInside(within);
  return sql<ReportedFigure[]>`
    select * from reported_figure f where f.division_code >= ${start} and f.division_code < ${end} ${condition(sql, filter)}
      ${after ? sql`and (f.division_code, f.key) > (${after[0] as string}, ${after[1] as string})` : sql``}
    order by f.division_code, f.key limit ${limit}`;
}

export async function countReportedFiguresInside(
  sql: Sql,
  within: string,
  filter: ReportedFigureFilter,
): Promise<number> {
  const { start, end } = codesInside(within);
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from (select from reported_figure f
      where f.division_code >= ${start} and f.division_code < ${end} ${condition(sql, filter)} limit ${countLimit}) f`;
  return row?.count ?? 0;
}
