// The SQL of troupes.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { type ListQuery, pagesInside } from '@district-graph/kit/pages';
import type { Troupe } from './tables.ts';

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

export const listTroupes = (sql: Sql, codes: readonly string[], { kind }: TroupeFilter, page: Page) =>
  pagesInside<Troupe>(sql, inside, codes, page, kind ? sql`and r.kind = ${kind}` : sql``);
