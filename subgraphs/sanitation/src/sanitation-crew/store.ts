// The SQL of crews.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import type { SanitationCrew } from './tables.ts';

const inside: ListQuery = {
  table: 'sanitation_crew',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const findSanitationCrews = (sql: Sql, ids: readonly string[]) =>
  sql<SanitationCrew[]>`select * from sanitation_crew where id = any(${ids as string[]}::uuid[])`;

export const listSanitationCrews = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<SanitationCrew>(sql, inside, codes, page);
