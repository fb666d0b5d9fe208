// The SQL of councils.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { Council } from './tables.ts';
import { councilTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'council',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const findCouncils = (sql: Sql, ids: readonly string[]) =>
  sql<Council[]>`select * from council where id = any(${ids as string[]}::uuid[])`;

/** A dissolved one is found by key, but neither listed nor counted. */
export const listCouncils = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<Council>(sql, { list: inside, codes, page, where: sql`and r.status = 'ACTIVE'` });

export const councils = entityMutations<Council>('Council', {
  table: 'council',
  transitions: councilTransitions,
});

/** How many of a council's topics are proposed, discussed, or resolved and not carried out. */
export async function countOpenTopics(sql: Sql, councilId: string): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::integer as count from topic
    where council_id = ${councilId} and status in ('PROPOSED', 'DISCUSSED', 'RESOLVED')`;
  return row?.count ?? 0;
}
