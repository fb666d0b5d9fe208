// The SQL of troupes.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { Troupe } from './tables.ts';
import { troupeTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'troupe',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export interface TroupeFilter {
  kind?: Troupe['kind'] | null;
}

export const findTroupes = (sql: Sql, ids: readonly string[]) =>
  sql<Troupe[]>`select * from troupe where id = any(${ids as string[]}::uuid[])`;

/** Disbanded troupes are found by key, but are neither listed nor counted. */
export const listTroupes = (sql: Sql, codes: readonly string[], { kind }: TroupeFilter, page: Page) =>
  pagesInside<Troupe>(sql, {
    list: inside,
    codes,
    page,
    where: sql`and r.status = 'ACTIVE' ${kind ? sql`and r.kind = ${kind}` : sql``}`,
  });

export const troupes = entityMutations<Troupe>('Troupe', { table: 'troupe', transitions: troupeTransitions });
