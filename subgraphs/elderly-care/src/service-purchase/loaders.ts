// Purchases of social work by key and by division.

import { alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import { findServicePurchases, listServicePurchases } from './store.ts';
import type { ServicePurchase } from './tables.ts';

export const servicePurchaseById = defineLoader<string, ServicePurchase | null>(async (sql, ids) =>
  alignOne(ids, await findServicePurchases(sql, ids), (row) => row.id),
);

export const servicePurchasesByDivision = defineLoader<string, ServicePurchase[], Page>((sql, codes, page) =>
  listServicePurchases(sql, codes, page),
);
