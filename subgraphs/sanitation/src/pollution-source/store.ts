// The SQL of pollution sources.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { PollutionSource } from './tables.ts';
import { pollutionSourceTransitions, type SourceStatus, sourceStatusOf } from './transitions.ts';

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
  pagesInside<PollutionSource>(sql, {
    list: inside,
    codes,
    page,
    where: sql`and r.closed_on is null ${category ? sql`and r.category = ${category}` : sql``}`,
  });

export const pollutionSources = entityMutations<PollutionSource, SourceStatus>('PollutionSource', {
  table: 'pollution_source',
  statusOf: sourceStatusOf,
  transitions: pollutionSourceTransitions,
});
