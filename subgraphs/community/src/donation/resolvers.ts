// Resolvers for donations: lookup, lists inside a division and of a supermarket, the latest first.

import { checkPeriod } from '@district-graph/kit/calendar';
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { divisionOf, fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { loveSupermarketById } from '../love-supermarket/loaders.ts';
import {
  donationById,
  donationCountByDivision,
  donationCountBySupermarket,
  donationsByDivision,
  donationsBySupermarket,
} from './loaders.ts';
import type { DonationFilter } from './store.ts';
import { type Donation, encryptedDonation } from './tables.ts';

const byDay = (name: string) =>
  defineList<Donation>(name, ['date', 'uuid'], (row) => [row.receivedOn, row.id]);

const divisionList = byDay('donations');
const supermarketList = byDay('LoveSupermarket.donations');

function donorKindOf({ donorOrganisation, donorName }: Donation): string {
  if (donorOrganisation !== null) return 'ORGANISATION';
  return donorName === null ? 'ANONYMOUS' : 'PERSON';
}

export const donationResolvers: Resolvers = {
  Query: {
    donation: queryById(donationById),
    donations: async (
      _root,
      { within, first, after, ...filter }: PageArgs & DonationFilter & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      if (filter.period) checkPeriod(filter.period);
      const page = pageOf(divisionList, { first, after });
      const rows = await donationsByDivision(context, { filter, page }).load(code);
      return toConnection(divisionList, page, rows, () =>
        donationCountByDivision(context, filter).load(code),
      );
    },
  },
  Donation: {
    __resolveReference: referenceById(donationById),
    ...encryptedDonation.fields(),
    division: divisionOf,
    donorKind: donorKindOf,
    loveSupermarket: fieldById(loveSupermarketById, ({ loveSupermarketId }: Donation) => loveSupermarketId),
  },
  LoveSupermarket: {
    donations: async ({ id }: { id: string }, args: PageArgs, context) => {
      const page = pageOf(supermarketList, args);
      const rows = await donationsBySupermarket(context, page).load(id);
      return toConnection(supermarketList, page, rows, () => donationCountBySupermarket(context).load(id));
    },
  },
};
