// Items by what they belong to: the stock of a supermarket, a donation, a handout.

import { alignMany, defineLoader } from '@district-graph/kit/loaders';
import { findItemsOfDonations, findItemsOfHandouts, findStock } from './store.ts';
import type { StockItem } from './tables.ts';

export const stockBySupermarket = defineLoader<string, StockItem[]>(async (sql, ids) =>
  alignMany(ids, await findStock(sql, ids), (row) => row.loveSupermarketId),
);

export const itemsByDonation = defineLoader<string, StockItem[]>(async (sql, ids) =>
  alignMany(ids, await findItemsOfDonations(sql, ids), (row) => row.donationId),
);

export const itemsByHandout = defineLoader<string, StockItem[]>(async (sql, ids) =>
  alignMany(ids, await findItemsOfHandouts(sql, ids), (row) => row.handoutId),
);
