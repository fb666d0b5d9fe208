// The part that mutations of donations and handouts share: they lock the supermarket, and check the items.
import { badInput } from '@district-graph/kit/errors';
import { checkInteger, checkNotAfterToday, checkNotBefore } from '@district-graph/kit/mutations/checks';
import type { MutationContext, MutationResult } from '@district-graph/kit/mutations/mutation';
import { loveSupermarketClosed } from '../love-supermarket/refusals.ts';
import { loveSupermarkets } from '../love-supermarket/store.ts';
import type { LoveSupermarket } from '../love-supermarket/tables.ts';
import { itemCategories, itemConditions, type StockItem } from './tables.ts';

/** Each category in each condition. */
const mostItems = itemCategories.length * itemConditions.length;
const mostPieces = 100_000;

/** At least one item, and none of the same category and condition twice. */
export function checkItems(items: readonly StockItem[]): readonly StockItem[] {
  if (items.length === 0 || items.length > mostItems)
    throw badInput('items', { zh: `1 到 ${mostItems} 项`, en: `1 to ${mostItems} entries` }, items.length);
  const seen = new Set<string>();
  items.forEach(({ category, condition, quantity }, index) => {
    checkInteger(`items.${index}.quantity`, quantity, 1, mostPieces);
    const key = `${category} ${condition}`;
    if (seen.has(key))
      throw badInput(
        `items.${index}`,
        { zh: '每一类别和成色只列一项', en: 'one entry for each category and condition' },
        key,
      );
    seen.add(key);
  });
  return items;
}

/** Locks the supermarket, so that its changes of stock take turns; the refusal says that it is closed. */
export async function lockOpenSupermarket(
  context: MutationContext,
  id: string,
): Promise<{ supermarket: LoveSupermarket; refusal: MutationResult | null }> {
  const supermarket = await loveSupermarkets.lockForUpdate(context, 'loveSupermarketId', id);
  return { supermarket, refusal: supermarket.status === 'CLOSED' ? loveSupermarketClosed() : null };
}

/** The day of a donation or handout, today by default: not after today, and not before the supermarket opened. */
export function checkDay(
  { today }: MutationContext,
  argument: string,
  day: string | null | undefined,
  { openedOn }: LoveSupermarket,
): string {
  return checkNotBefore(argument, checkNotAfterToday(argument, day ?? today, today), openedOn);
}
