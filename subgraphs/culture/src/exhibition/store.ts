// The SQL of exhibitions.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import type { Exhibition } from './tables.ts';

const inside: ListQuery = {
  table: 'exhibition',
  order: [
    ['division_code', 'text'],
    ['opens_on', 'date'],
    ['id', 'uuid'],
  ],
};

export const findExhibitions = (sql: Sql, ids: readonly string[]) =>
  sql<Exhibition[]>`select * from exhibition where id = any(${ids as string[]}::uuid[])`;

export const listExhibitions = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<Exhibition>(sql, inside, codes, page);
