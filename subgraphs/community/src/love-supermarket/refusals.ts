// Refusals of a love supermarket: it is closed, or still has goods.
import { defineRefusal } from '@district-graph/kit/mutations/refusals';

export const loveSupermarketClosed = defineRefusal('LoveSupermarketClosed', () => ({
  zh: '该爱心超市已关闭，请另选一家。',
  en: 'The love supermarket is closed; choose another one.',
}));

export const loveSupermarketStocked = defineRefusal('LoveSupermarketStocked', (quantity: number) => ({
  zh: `该爱心超市尚有 ${quantity} 件物品，请先发放，或以撤销捐赠退回。`,
  en: `The love supermarket has ${quantity} items in stock; hand them out, or return them by cancelling donations.`,
  fields: { quantity },
}));
