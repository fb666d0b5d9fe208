// The SQL of roads.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import { changeRecord, insertRecord, lockRecord } from '@district-graph/kit/records';
import type { CleaningGradeStandard, Road } from './tables.ts';

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
  pagesInside<Road>(sql, inside, codes, page, sql`and r.closed_on is null`);

export const listCleaningGradeStandards = (sql: Sql) =>
  sql<
    CleaningGradeStandard[]
  >`select * from cleaning_grade_standard order by edition desc, array_position(array['FIRST', 'SECOND', 'THIRD', 'FOURTH'], grade)`;

export const lockRoad = (sql: Sql, id: string) => lockRecord<Road>(sql, 'road', id);

export const insertRoad = (sql: Sql, row: Partial<Road>) => insertRecord<Road>(sql, 'road', row);

export const changeRoad = (sql: Sql, id: string, changes: Partial<Road>) =>
  changeRecord<Road>(sql, 'road', id, changes);
