// The SQL of venues.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsOf, type ListQuery, pagesInside, pagesOf } from '@district-graph/kit/pagination/pages';
import type { Venue } from './tables.ts';
import { venueTransitions } from './transitions.ts';

export interface VenueFilter {
  kind?: Venue['kind'] | null;
}

const byCentre: ListQuery = { table: 'venue', order: [['id', 'uuid']] };

const inside: ListQuery = {
  table: 'venue',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

export const findVenues = (sql: Sql, ids: readonly string[]) =>
  sql<Venue[]>`select * from venue where id = any(${ids as string[]}::uuid[])`;

/** Closed venues are found by key, but are neither listed nor counted. */
const open = (sql: Sql) => sql`and r.status = 'OPEN'`;

export const listVenues = (sql: Sql, centreIds: readonly string[], page: Page) =>
  pagesOf<Venue>(sql, byCentre, 'service_centre_id', centreIds, page, open(sql));

export const countVenues = (sql: Sql, centreIds: readonly string[]) =>
  countsOf(sql, 'venue', 'service_centre_id', centreIds, open(sql));

export const listVenuesInside = (sql: Sql, codes: readonly string[], { kind }: VenueFilter, page: Page) =>
  pagesInside<Venue>(sql, inside, codes, page, sql`${open(sql)} ${kind ? sql`and r.kind = ${kind}` : sql``}`);

export const venues = entityMutations<Venue>('Venue', { table: 'venue', transitions: venueTransitions });
