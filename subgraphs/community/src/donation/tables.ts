// Donations to love supermarkets. What they consist of is in stock_entry.
import {
  divisionCode,
  encryptedColumn,
  encryptedColumnCheck,
  homeChecks,
  id,
  instant,
  oneOf,
} from '@district-graph/kit/database/columns';
import { encryptedTable } from '@district-graph/kit/encryption/encrypted-columns';
import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { loveSupermarket } from '../love-supermarket/tables.ts';

export const donationStatuses = ['RECORDED', 'CANCELLED'] as const;
export const donationCancelReasons = ['MISRECORDED', 'RETURNED', 'UNUSABLE'] as const;

/** The donor is an organisation, a person whose name is encrypted, or neither: then the donation is anonymous. */
export const donation = pgTable(
  'donation',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    loveSupermarketId: uuid('love_supermarket_id')
      .notNull()
      .references(() => loveSupermarket.id),
    donorOrganisation: text('donor_organisation'),
    donorName: encryptedColumn('donor_name'),
    receivedOn: date('received_on', { mode: 'string' }).notNull(),
    status: text('status', { enum: donationStatuses }).notNull().default('RECORDED'),
    cancelReason: text('cancel_reason', { enum: donationCancelReasons }),
    cancelledAt: instant('cancelled_at'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('donation', table),
    encryptedColumnCheck('donation', [table.donorName]),
    oneOf('donation_status', table.status, donationStatuses),
    oneOf('donation_cancel_reason', table.cancelReason, donationCancelReasons),
    check(
      'donation_donor',
      sql`num_nonnulls(${table.donorOrganisation}, ${table.donorName}) <= 1 and length(btrim(${table.donorOrganisation})) between 1 and 200`,
    ),
    check(
      'donation_cancelled',
      sql`(${table.status} = 'CANCELLED') = (${table.cancelledAt} is not null)
      and (${table.status} = 'CANCELLED') = (${table.cancelReason} is not null)`,
    ),
    index('donation_supermarket').on(table.loveSupermarketId, table.receivedOn, table.id),
    index('donation_donor_due').on(table.receivedOn).where(sql`donor_name is not null`),
    index('donation_city').on(table.receivedOn, table.id),
    index('donation_district').on(sql`left(division_code, 6)`, table.receivedOn, table.id),
    index('donation_subdistrict').on(sql`left(division_code, 9)`, table.receivedOn, table.id),
    index('donation_community').on(table.divisionCode, table.receivedOn, table.id),
  ],
);

export type Donation = typeof donation.$inferSelect;

export const encryptedDonation = encryptedTable<Donation>({
  table: 'donation',
  columns: { donorName: 'text' },
});
