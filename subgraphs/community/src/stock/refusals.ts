// The refusal of a change that would take more items than there are.
import type { Sql } from '@district-graph/kit/database/database';
import type { MutationResult } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { findStock } from './store.ts';
import type { StockItem } from './tables.ts';

interface Shortage extends Omit<StockItem, 'quantity'> {
  requested: number;
  available: number;
}

const insufficientStock = defineRefusal('InsufficientStock', (shortages: readonly Shortage[]) => {
  const list = shortages.map(
    ({ category, condition, requested, available }) => `${category} ${condition} ${available}/${requested}`,
  );
  return {
    zh: `库存不足（类别、成色、现有/所需）：${list.join('、')}；请减少数量，或另选物品。`,
    en: `There are too few items in stock (category, condition, available/requested): ${list.join(', ')}; reduce the quantity, or choose other items.`,
    fields: { shortages },
  };
});

/** The refusal if the supermarket has fewer of any of the items, or null. The supermarket is locked: what there is stays there. */
export async function refusedByStock(
  sql: Sql,
  loveSupermarketId: string,
  items: readonly StockItem[],
): Promise<MutationResult | null> {
  const stock = await findStock(sql, [loveSupermarketId]);
  const shortages = items.flatMap(({ category, condition, quantity }) => {
    const found = stock.find((item) => item.category === category && item.condition === condition);
    const available = found?.quantity ?? 0;
    return available < quantity ? [{ category, condition, requested: quantity, available }] : [];
  });
  return shortages.length > 0 ? insufficientStock(shortages) : null;
}
