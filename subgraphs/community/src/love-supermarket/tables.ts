// Love supermarkets: shops where donated goods are handed out to those in need.
import {
  divisionCode,
  homeChecks,
  id,
  location,
  locationCheck,
  oneOf,
  registrationKey,
  registrationKeyOnce,
} from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

export const loveSupermarketStatuses = ['OPEN', 'CLOSED'] as const;

export const loveSupermarket = pgTable(
  'love_supermarket',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    /** The key of a ServiceCentre of the places subgraph, or null. */
    serviceCentreId: uuid('service_centre_id'),
    name: text('name').notNull(),
    openedOn: date('opened_on', { mode: 'string' }).notNull(),
    ...location(),
    status: text('status', { enum: loveSupermarketStatuses }).notNull().default('OPEN'),
    closedOn: date('closed_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('love_supermarket', table),
    registrationKeyOnce('love_supermarket', table),
    locationCheck('love_supermarket', table),
    oneOf('love_supermarket_status', table.status, loveSupermarketStatuses),
    check('love_supermarket_name', sql`length(btrim(${table.name})) between 1 and 200`),
    check('love_supermarket_closed', sql`(${table.status} = 'CLOSED') = (${table.closedOn} is not null)`),
    check('love_supermarket_days', sql`${table.closedOn} >= ${table.openedOn}`),
    uniqueIndex('love_supermarket_division').on(table.divisionCode, table.id),
  ],
);

export type LoveSupermarket = typeof loveSupermarket.$inferSelect;
