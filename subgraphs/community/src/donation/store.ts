// The SQL of donations.

import type { DateRange } from '@district-graph/kit/calendar';
import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import { findRecord } from '@district-graph/kit/mutations/rows';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countsInside,
  countsOf,
  type ListQuery,
  pagesInsideByLevel,
  pagesOf,
} from '@district-graph/kit/pagination/pages';
import { type Donation, encryptedDonation } from './tables.ts';
import { donationTransitions } from './transitions.ts';

const latestFirst: ListQuery = {
  table: 'donation',
  order: [
    ['received_on', 'date'],
    ['id', 'uuid'],
  ],
  descending: true,
};

export interface DonationFilter {
  period?: DateRange | null;
}

const matching = (sql: Sql, { period }: DonationFilter) =>
  period ? sql`and r.received_on between ${period.from} and ${period.to}` : sql``;

export const findDonations = (sql: Sql, ids: readonly string[]) =>
  sql<Donation[]>`select * from donation where id = any(${ids as string[]}::uuid[])`;

export const findDonation = (sql: Sql, id: string) => findRecord<Donation>(sql, 'donation', id);

export const listDonations = (sql: Sql, supermarketIds: readonly string[], page: Page) =>
  pagesOf<Donation>(sql, {
    list: latestFirst,
    parentColumn: 'love_supermarket_id',
    ids: supermarketIds,
    page,
  });

export const countDonations = (sql: Sql, supermarketIds: readonly string[]) =>
  countsOf(sql, { table: 'donation', parentColumn: 'love_supermarket_id', ids: supermarketIds });

export const listDonationsInside = (sql: Sql, codes: readonly string[], filter: DonationFilter, page: Page) =>
  pagesInsideByLevel<Donation>(sql, { list: latestFirst, codes, page, where: matching(sql, filter) });

export const countDonationsInside = (sql: Sql, codes: readonly string[], filter: DonationFilter) =>
  countsInside(sql, { table: 'donation', codes, where: matching(sql, filter) });

export const donations = entityMutations<Donation>('Donation', {
  table: 'donation',
  encrypted: encryptedDonation,
  transitions: donationTransitions,
  detailOf: ({ loveSupermarketId }) => ({ loveSupermarketId }),
});
