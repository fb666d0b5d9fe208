// The SQL of venues.
import type { Page } from '@district-graph/kit/connections';
import type { Sql } from '@district-graph/kit/database';
import { countsOf, type ListQuery, pagesOf } from '@district-graph/kit/pages';
import type { Venue } from './tables.ts';

const byCentre: ListQuery = { table: 'venue', order: [['id', 'uuid']] };

export const findVenues = (sql: Sql, ids: readonly string[]) =>
  sql<Venue[]>`select * from venue where id = any(${ids as string[]}::uuid[])`;

export const listVenues = (sql: Sql, centreIds: readonly string[], page: Page) =>
  pagesOf<Venue>(sql, byCentre, 'service_centre_id', centreIds, page);

export const countVenues = (sql: Sql, centreIds: readonly string[]) =>
  countsOf(sql, 'venue', 'service_centre_id', centreIds);
