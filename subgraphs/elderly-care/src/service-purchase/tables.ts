// Government purchases of social work.
import { divisionCode, homeChecks, id } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { bigint, check, date, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const servicePurchase = pgTable(
  'service_purchase',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    purchasedOn: date('purchased_on', { mode: 'string' }).notNull(),
    amountFen: bigint('amount_fen', { mode: 'number' }).notNull(),
    posts: integer('posts').notNull(),
    provider: text('provider').notNull(),
  },
  (table) => [
    ...homeChecks('service_purchase', table),
    check('service_purchase_figures', sql`${table.amountFen} > 0 and ${table.posts} >= 0`),
    uniqueIndex('service_purchase_division').on(table.divisionCode, table.purchasedOn, table.id),
  ],
);

export type ServicePurchase = typeof servicePurchase.$inferSelect;
