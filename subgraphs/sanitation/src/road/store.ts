// The SQL of roads.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { CleaningGradeStandard, Road } from './tables.ts';
import { type RoadStatus, roadStatusOf, roadTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'road',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const findRoads = (sql: Sql, ids: readonly string[]) =>
  sql<Road[]>`select * from road where id = any(${ids as string[]}::uuid[])`;

export const listRoads = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<Road>(sql, { list: inside, codes, page, where: sql`and r.closed_on is null` });

export const listCleaningGradeStandards = (sql: Sql) =>
  sql<
    CleaningGradeStandard[]
  >`select * from cleaning_grade_standard order by edition desc, array_position(array['FIRST', 'SECOND', 'THIRD', 'FOURTH'], grade)`;

export const roads = entityMutations<Road, RoadStatus>('Road', {
  table: 'road',
  statusOf: roadStatusOf,
  transitions: roadTransitions,
});
