// The SQL of micro-works.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { MicroWork } from './tables.ts';
import { microWorkTransitions } from './transitions.ts';

export interface MicroWorkFilter {
  status?: MicroWork['status'] | null;
}

const inside: ListQuery = {
  table: 'micro_work',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const findMicroWorks = (sql: Sql, ids: readonly string[]) =>
  sql<MicroWork[]>`select * from micro_work where id = any(${ids as string[]}::uuid[])`;

/** A cancelled one is found by key and by its status, but otherwise neither listed nor counted. */
export const listMicroWorks = (sql: Sql, codes: readonly string[], { status }: MicroWorkFilter, page: Page) =>
  pagesInside<MicroWork>(sql, {
    list: inside,
    codes,
    page,
    where: status ? sql`and r.status = ${status}` : sql`and r.status <> 'CANCELLED'`,
  });

export const microWorks = entityMutations<MicroWork>('MicroWork', {
  table: 'micro_work',
  transitions: microWorkTransitions,
});
