// The SQL of pollution sources.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import type { PollutionSource } from './tables.ts';

const inside: ListQuery = {
  table: 'pollution_source',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export interface PollutionSourceFilter {
  category?: PollutionSource['category'] | null;
}

export const findPollutionSources = (sql: Sql, ids: readonly string[]) =>
  sql<PollutionSource[]>`select * from pollution_source where id = any(${ids as string[]}::uuid[])`;

export const listPollutionSources = (
  sql: Sql,
  codes: readonly string[],
  { category }: PollutionSourceFilter,
  page: Page,
) =>
  pagesInside<PollutionSource>(
    sql,
    inside,
    codes,
    page,
    category ? sql`and r.category = ${category}` : sql``,
  );
