// The SQL of love supermarkets.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { LoveSupermarket } from './tables.ts';
import { loveSupermarketTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'love_supermarket',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const findLoveSupermarkets = (sql: Sql, ids: readonly string[]) =>
  sql<LoveSupermarket[]>`select * from love_supermarket where id = any(${ids as string[]}::uuid[])`;

/** A closed one is found by key, but neither listed nor counted. */
export const listLoveSupermarkets = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<LoveSupermarket>(sql, { list: inside, codes, page, where: sql`and r.status = 'OPEN'` });

export const loveSupermarkets = entityMutations<LoveSupermarket>('LoveSupermarket', {
  table: 'love_supermarket',
  transitions: loveSupermarketTransitions,
});
