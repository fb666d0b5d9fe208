// The SQL of activities.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { Activity } from './tables.ts';
import { activityTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'activity',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export interface ActivityFilter {
  category?: Activity['category'] | null;
}

export const findActivities = (sql: Sql, ids: readonly string[]) =>
  sql<Activity[]>`select * from activity where id = any(${ids as string[]}::uuid[])`;

/** Closed records are found by key, but are neither listed nor counted. */
export const listActivities = (
  sql: Sql,
  codes: readonly string[],
  { category }: ActivityFilter,
  page: Page,
) =>
  pagesInside<Activity>(sql, {
    list: inside,
    codes,
    page,
    where: sql`and r.status = 'OFFERED' ${category ? sql`and r.category = ${category}` : sql``}`,
  });

export const activities = entityMutations<Activity>('Activity', {
  table: 'activity',
  transitions: activityTransitions,
});
