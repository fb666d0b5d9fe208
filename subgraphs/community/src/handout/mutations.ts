// Mutations of handouts: hand out items that are in stock, and cancel, which puts them back. Each locks the supermarket first.
import type { Plain } from '@district-graph/kit/encryption/encrypted-columns';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkKey, checkWords } from '@district-graph/kit/mutations/checks';
import { mutation, required } from '@district-graph/kit/mutations/mutation';
import { checkDay, checkItems, lockOpenSupermarket } from '../stock/mutations.ts';
import { refusedByStock } from '../stock/refusals.ts';
import { appendStockEntries, findItemsOfHandouts } from '../stock/store.ts';
import type { StockItem } from '../stock/tables.ts';
import { findHandout, handouts } from './store.ts';
import type { Handout } from './tables.ts';

type Recipient = Pick<Handout, 'recipientKind'> &
  Partial<Pick<Plain<Handout>, 'elderId' | 'recipientName' | 'address'>>;

type RecordHandout = Recipient & {
  loveSupermarketId: string;
  handedOutOn?: string | null;
  items: StockItem[];
};

interface CancelHandout {
  handoutId: string;
  reason: NonNullable<Handout['cancelReason']>;
}

export const handoutMutations: Resolvers = {
  Mutation: {
    recordHandout: mutation<RecordHandout>('recordHandout', async (context, input) => {
      const items = checkItems(input.items);
      const recipient = checkRecipient(input);
      const { supermarket, refusal } = await lockOpenSupermarket(context, input.loveSupermarketId);
      const handedOutOn = checkDay(context, 'handedOutOn', input.handedOutOn, supermarket);
      if (refusal) return refusal;
      const { id: loveSupermarketId, divisionCode } = supermarket;
      const shortage = await refusedByStock(context.sql, loveSupermarketId, items);
      if (shortage) return shortage;
      const columns = { divisionCode, loveSupermarketId, ...recipient, handedOutOn };
      const row = await handouts.register(context, columns);
      const cause = { loveSupermarketId, divisionCode, handoutId: row.id, day: handedOutOn };
      await appendStockEntries(context.sql, cause, items, -1);
      return row;
    }),

    cancelHandout: mutation<CancelHandout>('cancelHandout', async (context, { handoutId, reason }) => {
      const { sql } = context;
      const found = required(await findHandout(sql, handoutId), 'handoutId', handoutId);
      const { refusal: closed } = await lockOpenSupermarket(context, found.loveSupermarketId);
      const { row, refusal } = await handouts.checkTransition(context, 'handoutId', handoutId, 'CANCELLED');
      if (refusal ?? closed) return (refusal ?? closed) as NonNullable<typeof closed>;
      const { loveSupermarketId, divisionCode, handedOutOn: day } = row;
      const cause = { loveSupermarketId, divisionCode, handoutId: row.id, day, isReversal: true };
      await appendStockEntries(sql, cause, await findItemsOfHandouts(sql, [row.id]), 1);
      return handouts.transition(context, row, {
        status: 'CANCELLED',
        cancelReason: reason,
        cancelledAt: context.now,
      });
    }),
  },
};

/** An elder by key; a household by name and address; a cleaner by name. The errors repeat none of these. */
function checkRecipient({ recipientKind, elderId, recipientName, address }: Recipient): Recipient {
  const isElder = recipientKind === 'ELDER';
  const fault = (argument: string, zh: string, en: string) => badInput(argument, { zh, en }, '…');
  if (isElder !== Boolean(elderId))
    throw fault(
      'elderId',
      '老年人的标识，因且仅因领取人为 ELDER',
      'the key of an elder, if recipientKind is ELDER and only then',
    );
  if (!isElder && !recipientName) throw fault('recipientName', '领取人的姓名', 'the name of the recipient');
  if (recipientKind === 'HOUSEHOLD' && !address)
    throw fault('address', '困难家庭的住址', 'the address of the household');
  return {
    recipientKind,
    elderId: checkKey('elderId', elderId ?? null),
    recipientName: checkWords('recipientName', recipientName || null),
    address: checkWords('address', address || null, 200),
  };
}
