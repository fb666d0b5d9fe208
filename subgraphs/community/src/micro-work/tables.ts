// Micro-works: small works that a community asks for, such as a new road opening.
import {
  divisionCode,
  homeChecks,
  id,
  oneOf,
  registrationKey,
  registrationKeyOnce,
} from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { bigint, check, date, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const microWorkKinds = [
  'ROAD_OPENING',
  'ROAD_REPAIR',
  'LIGHTING',
  'DRAINAGE',
  'GREENING',
  'PARKING',
  'BARRIER_FREE_ACCESS',
  'PUBLIC_FACILITY',
] as const;

export const microWorkStatuses = ['PLANNED', 'UNDER_CONSTRUCTION', 'COMPLETED', 'CANCELLED'] as const;

export const microWork = pgTable(
  'micro_work',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    name: text('name').notNull(),
    kind: text('kind', { enum: microWorkKinds }).notNull(),
    status: text('status', { enum: microWorkStatuses }).notNull().default('PLANNED'),
    budgetFen: bigint('budget_fen', { mode: 'number' }).notNull(),
    startedOn: date('started_on', { mode: 'string' }),
    completedOn: date('completed_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('micro_work', table),
    registrationKeyOnce('micro_work', table),
    oneOf('micro_work_kind', table.kind, microWorkKinds),
    oneOf('micro_work_status', table.status, microWorkStatuses),
    check('micro_work_name', sql`length(btrim(${table.name})) between 1 and 200`),
    check('micro_work_budget', sql`${table.budgetFen} >= 0`),
    check(
      'micro_work_started',
      sql`case ${table.status} when 'PLANNED' then ${table.startedOn} is null
        when 'CANCELLED' then true else ${table.startedOn} is not null end`,
    ),
    check('micro_work_completed', sql`(${table.completedOn} is not null) = (${table.status} = 'COMPLETED')`),
    check('micro_work_days', sql`${table.completedOn} >= ${table.startedOn}`),
    uniqueIndex('micro_work_division').on(table.divisionCode, table.id),
    uniqueIndex('micro_work_status_division').on(table.status, table.divisionCode, table.id),
  ],
);

export type MicroWork = typeof microWork.$inferSelect;
