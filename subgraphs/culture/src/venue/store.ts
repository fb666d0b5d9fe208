// The SQL of venues.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countsOf,
  type ListQuery,
  pagesInside,
  pagesInsideByLevel,
  pagesOf,
} from '@district-graph/kit/pagination/pages';
import type { Venue } from './tables.ts';
import { venueTransitions } from './transitions.ts';

export interface VenueFilter {
  kind?: Venue['kind'] | null;
}

export type VenueOrder = 'DIVISION_CODE' | 'CAPACITY_DESC';

const byCentre: ListQuery = { table: 'venue', order: [['id', 'uuid']] };

const inside: ListQuery = {
  table: 'venue',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

const largestFirst: ListQuery = {
  table: 'venue',
  order: [
    ['capacity', 'integer'],
    ['id', 'uuid'],
  ],
  descending: true,
};

export const findVenues = (sql: Sql, ids: readonly string[]) =>
  sql<Venue[]>`select * from venue where id = any(${ids as string[]}::uuid[])`;

/** Closed venues are found by key, but are neither listed nor counted. */
const open = (sql: Sql) => sql`and r.status = 'OPEN'`;

export const listVenues = (sql: Sql, centreIds: readonly string[], page: Page) =>
  pagesOf<Venue>(sql, {
    list: byCentre,
    parentColumn: 'service_centre_id',
    ids: centreIds,
    page,
    where: open(sql),
  });

export const countVenues = (sql: Sql, centreIds: readonly string[]) =>
  countsOf(sql, { table: 'venue', parentColumn: 'service_centre_id', ids: centreIds, where: open(sql) });

export function listVenuesInside(
  sql: Sql,
  codes: readonly string[],
  { kind, orderBy }: VenueFilter & { orderBy: VenueOrder },
  page: Page,
) {
  const where = sql`${open(sql)} ${kind ? sql`and r.kind = ${kind}` : sql``}`;
  return orderBy === 'CAPACITY_DESC'
    ? pagesInsideByLevel<Venue>(sql, { list: largestFirst, codes, page, where })
    : pagesInside<Venue>(sql, { list: inside, codes, page, where });
}

export const venues = entityMutations<Venue>('Venue', { table: 'venue', transitions: venueTransitions });
