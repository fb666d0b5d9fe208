// The SQL of blind spots.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { BlindSpot } from './tables.ts';
import { blindSpotTransitions } from './transitions.ts';

const inside: ListQuery = {
  table: 'blind_spot',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export interface BlindSpotFilter {
  status: BlindSpot['status'];
}

export const findBlindSpots = (sql: Sql, ids: readonly string[]) =>
  sql<BlindSpot[]>`select * from blind_spot where id = any(${ids as string[]}::uuid[])`;

export const listBlindSpots = (sql: Sql, codes: readonly string[], { status }: BlindSpotFilter, page: Page) =>
  pagesInside<BlindSpot>(sql, { list: inside, codes, page, where: sql`and r.status = ${status}` });

export const blindSpots = entityMutations<BlindSpot>('BlindSpot', {
  table: 'blind_spot',
  transitions: blindSpotTransitions,
});
