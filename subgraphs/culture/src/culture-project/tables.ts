// Culture construction projects.
import { divisionCode, homeChecks, id } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { bigint, check, date, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const cultureProject = pgTable(
  'culture_project',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    name: text('name').notNull(),
    investmentFen: bigint('investment_fen', { mode: 'number' }).notNull(),
    completedOn: date('completed_on', { mode: 'string' }).notNull(),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('culture_project', table),
    check('culture_project_investment', sql`${table.investmentFen} > 0`),
    uniqueIndex('culture_project_division').on(table.divisionCode, table.id),
  ],
);

export type CultureProject = typeof cultureProject.$inferSelect;
