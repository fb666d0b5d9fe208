// The SQL of culture projects.

import type { Sql } from '@district-graph/kit/database/database';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { CultureProject } from './tables.ts';

const inside: ListQuery = {
  table: 'culture_project',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const findCultureProjects = (sql: Sql, ids: readonly string[]) =>
  sql<CultureProject[]>`select * from culture_project where id = any(${ids as string[]}::uuid[])`;

export const listCultureProjects = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<CultureProject>(sql, { list: inside, codes, page });
