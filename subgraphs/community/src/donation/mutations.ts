// Mutations of donations: record with all items, and cancel while the stock still has them. Each locks the supermarket first.
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { mutation, required } from '@district-graph/kit/mutations/mutation';
import { loveSupermarkets } from '../love-supermarket/store.ts';
import { checkDay, checkItems, lockOpenSupermarket } from '../stock/mutations.ts';
import { refusedByStock } from '../stock/refusals.ts';
import { appendStockEntries, findItemsOfDonations } from '../stock/store.ts';
import type { StockItem } from '../stock/tables.ts';
import { donations, findDonation } from './store.ts';
import type { Donation } from './tables.ts';

interface Donor {
  donorOrganisation?: string | null;
  donorName?: string | null;
}

interface RecordDonation extends Donor {
  loveSupermarketId: string;
  receivedOn?: string | null;
  items: StockItem[];
}

interface CancelDonation {
  donationId: string;
  reason: NonNullable<Donation['cancelReason']>;
}

export const donationMutations: Resolvers = {
  Mutation: {
    recordDonation: mutation<RecordDonation>('recordDonation', async (context, input) => {
      const items = checkItems(input.items);
      const donor = checkDonor(input);
      const { supermarket, refusal } = await lockOpenSupermarket(context, input.loveSupermarketId);
      const receivedOn = checkDay(context, 'receivedOn', input.receivedOn, supermarket);
      if (refusal) return refusal;
      const { id: loveSupermarketId, divisionCode } = supermarket;
      const row = await donations.register(context, {
        divisionCode,
        loveSupermarketId,
        ...donor,
        receivedOn,
      });
      const cause = { loveSupermarketId, divisionCode, donationId: row.id, day: receivedOn };
      await appendStockEntries(context.sql, cause, items, 1);
      return row;
    }),

    cancelDonation: mutation<CancelDonation>('cancelDonation', async (context, { donationId, reason }) => {
      const { sql } = context;
      const found = required(await findDonation(sql, donationId), 'donationId', donationId);
      await loveSupermarkets.lockForUpdate(context, 'donationId', found.loveSupermarketId);
      const { row, refusal } = await donations.checkTransition(
        context,
        'donationId',
        donationId,
        'CANCELLED',
      );
      if (refusal) return refusal;
      const { loveSupermarketId, divisionCode, receivedOn: day } = row;
      const items = await findItemsOfDonations(sql, [row.id]);
      const shortage = await refusedByStock(sql, loveSupermarketId, items);
      if (shortage) return shortage;
      const cause = { loveSupermarketId, divisionCode, donationId: row.id, day, isReversal: true };
      await appendStockEntries(sql, cause, items, -1);
      return donations.transition(context, row, {
        status: 'CANCELLED',
        cancelReason: reason,
        cancelledAt: context.now,
      });
    }),
  },
};

/** An organisation, or a person, or neither. */
function checkDonor({ donorOrganisation, donorName }: Donor): Donor {
  if (donorOrganisation && donorName)
    throw badInput(
      'donorName',
      { zh: '单位或个人，至多一个', en: 'an organisation or a person, at most one of them' },
      '…',
    );
  return {
    donorOrganisation: checkWords('donorOrganisation', donorOrganisation ?? null, 200),
    donorName: checkWords('donorName', donorName ?? null),
  };
}
