// Handouts of love supermarkets, and to whom. What they consist of is in stock_entry.
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

export const recipientKinds = ['HOUSEHOLD', 'CLEANER', 'ELDER'] as const;
export const handoutStatuses = ['RECORDED', 'CANCELLED'] as const;
export const handoutCancelReasons = ['MISRECORDED', 'RETURNED'] as const;

export const handout = pgTable(
  'handout',
  {
    id: id(),
    /** The division of the supermarket, near which the recipient lives: it is shown as that of an elder is. */
    divisionCode: divisionCode('division_code').notNull(),
    loveSupermarketId: uuid('love_supermarket_id')
      .notNull()
      .references(() => loveSupermarket.id),
    recipientKind: text('recipient_kind', { enum: recipientKinds }).notNull(),
    // An elder by key, others by name and address. All of them are null once erased.
    elderId: uuid('elder_id'),
    recipientName: encryptedColumn('recipient_name'),
    address: encryptedColumn('address'),
    handedOutOn: date('handed_out_on', { mode: 'string' }).notNull(),
    status: text('status', { enum: handoutStatuses }).notNull().default('RECORDED'),
    cancelReason: text('cancel_reason', { enum: handoutCancelReasons }),
    cancelledAt: instant('cancelled_at'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('handout', table),
    encryptedColumnCheck('handout', [table.recipientName, table.address]),
    oneOf('handout_recipient_kind', table.recipientKind, recipientKinds),
    oneOf('handout_status', table.status, handoutStatuses),
    oneOf('handout_cancel_reason', table.cancelReason, handoutCancelReasons),
    check(
      'handout_recipient',
      sql`${table.recipientKind} = 'ELDER'
        or (${table.elderId} is null and (${table.recipientName} is not null or ${table.address} is null))`,
    ),
    check(
      'handout_cancelled',
      sql`(${table.status} = 'CANCELLED') = (${table.cancelledAt} is not null)
      and (${table.status} = 'CANCELLED') = (${table.cancelReason} is not null)`,
    ),
    index('handout_elder').on(table.elderId).where(sql`elder_id is not null`),
    index('handout_recipient_due')
      .on(table.handedOutOn)
      .where(sql`num_nonnulls(elder_id, recipient_name, address) > 0`),
    index('handout_city').on(table.handedOutOn, table.id),
    index('handout_district').on(sql`left(division_code, 6)`, table.handedOutOn, table.id),
    index('handout_subdistrict').on(sql`left(division_code, 9)`, table.handedOutOn, table.id),
    index('handout_community').on(table.divisionCode, table.handedOutOn, table.id),
  ],
);

export type Handout = typeof handout.$inferSelect;

export const encryptedHandout = encryptedTable<Handout>({
  table: 'handout',
  columns: { recipientName: 'text', address: 'text' },
});
