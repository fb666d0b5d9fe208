// The SQL of purchases of social work.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { type ListQuery, pagesInside } from '@district-graph/kit/pagination/pages';
import type { ServicePurchase } from './tables.ts';

const inside: ListQuery = {
  table: 'service_purchase',
  order: [
    ['division_code', 'text'],
    ['purchased_on', 'date'],
    ['id', 'uuid'],
  ],
};

export const findServicePurchases = (sql: Sql, ids: readonly string[]) =>
  sql<ServicePurchase[]>`select * from service_purchase where id = any(${ids as string[]}::uuid[])`;

export const listServicePurchases = (sql: Sql, codes: readonly string[], page: Page) =>
  pagesInside<ServicePurchase>(sql, { list: inside, codes, page });

export const servicePurchases = entityMutations<ServicePurchase>('ServicePurchase', {
  table: 'service_purchase',
});
