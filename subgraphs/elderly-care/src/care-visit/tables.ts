// Service orders of the 12349 hotline: each status has its instant, and none is reached without those before it.
import { divisionCode, homeChecks, id, instant, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { careWorker } from '../care-worker/tables.ts';
import { elder } from '../elder/tables.ts';

export const careVisitKinds = [
  'MEAL',
  'CLEANING',
  'BATHING',
  'MEDICAL_ESCORT',
  'ERRAND',
  'COMPANIONSHIP',
] as const;
export const careVisitStatuses = ['REQUESTED', 'ASSIGNED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED'] as const;

export const careVisit = pgTable(
  'care_visit',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    elderId: uuid('elder_id')
      .notNull()
      .references(() => elder.id),
    careWorkerId: uuid('care_worker_id').references(() => careWorker.id),
    kind: text('kind', { enum: careVisitKinds }).notNull(),
    status: text('status', { enum: careVisitStatuses }).notNull(),
    requestedAt: instant('requested_at').notNull(),
    scheduledAt: instant('scheduled_at').notNull(),
    assignedAt: instant('assigned_at'),
    startedAt: instant('started_at'),
    completedAt: instant('completed_at'),
    cancelledAt: instant('cancelled_at'),
    cancelReason: text('cancel_reason'),
    rating: smallint('rating'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('care_visit', table),
    oneOf('care_visit_kind', table.kind, careVisitKinds),
    oneOf('care_visit_status', table.status, careVisitStatuses),
    check(
      'care_visit_assigned',
      sql`(${table.assignedAt} is null) = (${table.careWorkerId} is null)
      and (${table.status} not in ('ASSIGNED', 'IN_PROGRESS', 'COMPLETED') or ${table.assignedAt} is not null)
      and (${table.status} <> 'REQUESTED' or ${table.assignedAt} is null)`,
    ),
    check(
      'care_visit_started',
      sql`(${table.startedAt} is not null) = (${table.status} in ('IN_PROGRESS', 'COMPLETED')) or ${table.status} = 'CANCELLED'`,
    ),
    check(
      'care_visit_completed',
      sql`(${table.completedAt} is not null) = (${table.status} = 'COMPLETED') and ${table.completedAt} >= ${table.startedAt}`,
    ),
    check('care_visit_cancelled', sql`(${table.cancelledAt} is not null) = (${table.status} = 'CANCELLED')`),
    check(
      'care_visit_rating',
      sql`${table.rating} is null or (${table.rating} between 1 and 5 and ${table.status} = 'COMPLETED')`,
    ),
    index('care_visit_elder').on(table.elderId, table.scheduledAt, table.id),
    index('care_visit_worker').on(table.careWorkerId, table.scheduledAt),
    index('care_visit_city').on(table.scheduledAt, table.id),
    index('care_visit_district').on(sql`left(division_code, 6)`, table.scheduledAt, table.id),
    index('care_visit_subdistrict').on(sql`left(division_code, 9)`, table.scheduledAt, table.id),
    index('care_visit_community').on(table.divisionCode, table.scheduledAt, table.id),
  ],
);

export type CareVisit = typeof careVisit.$inferSelect;
