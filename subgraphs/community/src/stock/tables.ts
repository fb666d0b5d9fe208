// What love supermarkets have in stock, and the entries of donations and handouts that it is the sum of.
import { divisionCode, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  date,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { donation } from '../donation/tables.ts';
import { handout } from '../handout/tables.ts';
import { loveSupermarket } from '../love-supermarket/tables.ts';

export const itemCategories = [
  'COAT',
  'JACKET',
  'CHILDREN_CLOTHING',
  'TROUSERS',
  'QUILT',
  'SHOES',
  'STATIONERY',
  'BOOKS',
  'TOYS',
  'GRAIN_AND_OIL',
  'DAILY_GOODS',
  'APPLIANCES',
] as const;

export const itemConditions = ['NEW', 'GOOD', 'FAIR'] as const;

/** Maintained by a trigger on stock_entry. A quantity never falls below zero. */
export const supermarketStock = pgTable(
  'supermarket_stock',
  {
    loveSupermarketId: uuid('love_supermarket_id')
      .notNull()
      .references(() => loveSupermarket.id),
    category: text('category', { enum: itemCategories }).notNull(),
    condition: text('condition', { enum: itemConditions }).notNull(),
    quantity: integer('quantity').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.loveSupermarketId, table.category, table.condition] }),
    check('supermarket_stock_quantity', sql`${table.quantity} >= 0`),
  ],
);

/**
 * What a donation brings and a handout takes: rows are appended, never changed; a trigger enforces it. A cancellation appends the
 * same entries with the opposite sign.
 */
export const stockEntry = pgTable(
  'stock_entry',
  {
    loveSupermarketId: uuid('love_supermarket_id')
      .notNull()
      .references(() => loveSupermarket.id),
    /** The division of the supermarket. */
    divisionCode: divisionCode('division_code').notNull(),
    donationId: uuid('donation_id').references(() => donation.id),
    handoutId: uuid('handout_id').references(() => handout.id),
    /** The day of the donation or handout, also for its reversal: figures of that day no longer count it. */
    day: date('day', { mode: 'string' }).notNull(),
    category: text('category', { enum: itemCategories }).notNull(),
    condition: text('condition', { enum: itemConditions }).notNull(),
    quantity: integer('quantity').notNull(),
    isReversal: boolean('is_reversal').notNull().default(false),
  },
  (table) => [
    check('stock_entry_division_code_form', sql`is_division_code(${table.divisionCode})`),
    oneOf('stock_entry_category', table.category, itemCategories),
    oneOf('stock_entry_condition', table.condition, itemConditions),
    check('stock_entry_cause', sql`num_nonnulls(${table.donationId}, ${table.handoutId}) = 1`),
    check(
      'stock_entry_quantity',
      sql`${table.quantity} <> 0 and (${table.quantity} > 0) = ((${table.donationId} is not null) <> ${table.isReversal})`,
    ),
    uniqueIndex('stock_entry_donation')
      .on(table.donationId, table.isReversal, table.category, table.condition)
      .where(sql`donation_id is not null`),
    uniqueIndex('stock_entry_handout')
      .on(table.handoutId, table.isReversal, table.category, table.condition)
      .where(sql`handout_id is not null`),
  ],
);

export type StockEntry = typeof stockEntry.$inferSelect;

/** A number of items of one category and condition. */
export type StockItem = Pick<StockEntry, 'category' | 'condition' | 'quantity'>;
