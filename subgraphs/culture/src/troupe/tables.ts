// Performing troupes.
import {
  divisionCode,
  homeChecks,
  id,
  oneOf,
  registrationKey,
  registrationKeyOnce,
} from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const troupeKinds = ['ETHNIC_MINORITY', 'OPERA', 'DANCE', 'CHORUS'] as const;

export const troupeStatuses = ['ACTIVE', 'DISBANDED'] as const;

export const troupe = pgTable(
  'troupe',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    name: text('name').notNull(),
    kind: text('kind', { enum: troupeKinds }).notNull(),
    members: integer('members').notNull(),
    status: text('status', { enum: troupeStatuses }).notNull().default('ACTIVE'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('troupe', table),
    registrationKeyOnce('troupe', table),
    oneOf('troupe_status', table.status, troupeStatuses),
    oneOf('troupe_kind', table.kind, troupeKinds),
    check('troupe_members', sql`${table.members} > 0`),
    uniqueIndex('troupe_division').on(table.divisionCode, table.id),
    uniqueIndex('troupe_kind_division').on(table.kind, table.divisionCode, table.id),
  ],
);

export type Troupe = typeof troupe.$inferSelect;
