// The SQL of stock: what supermarkets have, what donations and handouts consist of, and the entries that change it.

import { columnsOf, type Sql } from '@district-graph/kit/database/database';
import type { StockEntry, StockItem } from './tables.ts';

export const findStock = (sql: Sql, loveSupermarketIds: readonly string[]) =>
  sql<(StockItem & { loveSupermarketId: string })[]>`
    select love_supermarket_id, category, condition, quantity from supermarket_stock
    where love_supermarket_id = any(${loveSupermarketIds as string[]}::uuid[]) and quantity > 0
    order by love_supermarket_id, category, condition`;

export async function totalInStock(sql: Sql, loveSupermarketId: string): Promise<number> {
  const [row] = await sql<{ total: number }[]>`
    select coalesce(sum(quantity), 0)::bigint as total from supermarket_stock
    where love_supermarket_id = ${loveSupermarketId}`;
  return row?.total ?? 0;
}

export const findItemsOfDonations = (sql: Sql, donationIds: readonly string[]) =>
  sql<(StockItem & { donationId: string })[]>`
    select donation_id, category, condition, quantity from stock_entry
    where donation_id = any(${donationIds as string[]}::uuid[]) and not is_reversal
    order by donation_id, category, condition`;

export const findItemsOfHandouts = (sql: Sql, handoutIds: readonly string[]) =>
  sql<(StockItem & { handoutId: string })[]>`
    select handout_id, category, condition, -quantity as quantity from stock_entry
    where handout_id = any(${handoutIds as string[]}::uuid[]) and not is_reversal
    order by handout_id, category, condition`;

type Cause = Pick<StockEntry, 'loveSupermarketId' | 'divisionCode' | 'day'> &
  Partial<Pick<StockEntry, 'donationId' | 'handoutId' | 'isReversal'>>;

/** Adds the items to the stock with sign 1, and takes them with sign -1. The supermarket is locked. */
export async function appendStockEntries(
  sql: Sql,
  cause: Cause,
  items: readonly StockItem[],
  sign: 1 | -1,
): Promise<void> {
  const rows = items.map(({ category, condition, quantity }) =>
    columnsOf({ ...cause, category, condition, quantity: sign * quantity }),
  );
  await sql`insert into stock_entry ${sql(rows)}`;
}
