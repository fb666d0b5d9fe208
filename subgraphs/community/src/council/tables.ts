// Residents' councils, which deliberate on topics of their community.
import {
  divisionCode,
  homeChecks,
  id,
  oneOf,
  registrationKey,
  registrationKeyOnce,
} from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const councilStatuses = ['ACTIVE', 'DISSOLVED'] as const;

export const council = pgTable(
  'council',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    name: text('name').notNull(),
    foundedOn: date('founded_on', { mode: 'string' }).notNull(),
    status: text('status', { enum: councilStatuses }).notNull().default('ACTIVE'),
    dissolvedOn: date('dissolved_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('council', table),
    registrationKeyOnce('council', table),
    oneOf('council_status', table.status, councilStatuses),
    check('council_name', sql`length(btrim(${table.name})) between 1 and 100`),
    check(
      'council_dissolved',
      sql`(${table.dissolvedOn} is not null) = (${table.status} = 'DISSOLVED') and ${table.dissolvedOn} >= ${table.foundedOn}`,
    ),
    uniqueIndex('council_division').on(table.divisionCode, table.id),
  ],
);

export type Council = typeof council.$inferSelect;
