// The SQL of exhibitions.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { Exhibition } from './tables.ts';
import { exhibitionTransitions } from './transitions.ts';

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

/** Past exhibitions too; a cancelled one is found by key, but neither listed nor counted. */
export const listExhibitions = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<Exhibition>(sql, { list: inside, codes, page, where: sql`and r.status <> 'CANCELLED'` });

export const exhibitions = entityMutations<Exhibition>('Exhibition', {
  table: 'exhibition',
  transitions: exhibitionTransitions,
});

/** An exhibition that is or will be in the venue; null when there is none. */
export async function findRunningExhibition(
  sql: Sql,
  venueId: string,
  today: string,
): Promise<Exhibition | null> {
  const [row] = await sql<Exhibition[]>`
    select * from exhibition
    where venue_id = ${venueId} and status = 'ANNOUNCED' and closes_on >= ${today}
    order by opens_on, id limit 1`;
  return row ?? null;
}
