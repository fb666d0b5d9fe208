// Donations by key, by supermarket and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countDonations,
  countDonationsInside,
  type DonationFilter,
  findDonations,
  listDonations,
  listDonationsInside,
} from './store.ts';
import type { Donation } from './tables.ts';

export const donationById = defineLoader<string, Donation | null>(async (sql, ids) =>
  alignOne(ids, await findDonations(sql, ids), (row) => row.id),
);

export const donationsBySupermarket = defineLoader<string, Donation[], Page>((sql, ids, page) =>
  listDonations(sql, ids, page),
);

export const donationCountBySupermarket = defineLoader<string, number | null>((sql, ids) =>
  countDonations(sql, ids),
);

export const donationsByDivision = defineLoader<string, Donation[], { filter: DonationFilter; page: Page }>(
  (sql, codes, { filter, page }) => listDonationsInside(sql, codes, filter, page),
);

export const donationCountByDivision = defineLoader<string, number | null, DonationFilter>(
  (sql, codes, filter) => countDonationsInside(sql, codes, filter),
);
