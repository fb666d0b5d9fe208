// Subsidies: one per person, scheme and month.
import { divisionCode, homeChecks, id, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { bigint, check, date, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { elder } from '../elder/tables.ts';

export const subsidySchemes = ['AGE_ALLOWANCE', 'CENTENARIAN_ALLOWANCE', 'BIRTH_POLICY_AWARD'] as const;
export const subsidyStatuses = ['GRANTED', 'PAID', 'STOPPED'] as const;

export const subsidy = pgTable(
  'subsidy',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    elderId: uuid('elder_id')
      .notNull()
      .references(() => elder.id),
    scheme: text('scheme', { enum: subsidySchemes }).notNull(),
    month: date('month', { mode: 'string' }).notNull(),
    amountFen: bigint('amount_fen', { mode: 'number' }).notNull(),
    status: text('status', { enum: subsidyStatuses }).notNull(),
    grantedOn: date('granted_on', { mode: 'string' }).notNull(),
    paidOn: date('paid_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('subsidy', table),
    oneOf('subsidy_scheme', table.scheme, subsidySchemes),
    oneOf('subsidy_status', table.status, subsidyStatuses),
    check('subsidy_month', sql`extract(day from ${table.month}) = 1`),
    check('subsidy_amount', sql`${table.amountFen} > 0`),
    check(
      'subsidy_paid',
      sql`(${table.paidOn} is not null) = (${table.status} = 'PAID') and ${table.paidOn} >= ${table.grantedOn}`,
    ),
    uniqueIndex('subsidy_once').on(table.elderId, table.scheme, table.month),
    index('subsidy_elder').on(table.elderId, table.month, table.id),
  ],
);

export type Subsidy = typeof subsidy.$inferSelect;
