// Home-care workers and social workers.
import {
  divisionCode,
  encryptedColumn,
  encryptedColumnCheck,
  homeChecks,
  id,
  oneOf,
  registrationKey,
  registrationKeyOnce,
} from '@district-graph/kit/database/columns';
import { encryptedTable } from '@district-graph/kit/encryption/encrypted-columns';
import { sql } from 'drizzle-orm';
import { boolean, check, date, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const careWorkerStatuses = ['REGISTERED', 'CLOSED'] as const;
export const careWorkerRoles = ['HOME_CARE', 'SOCIAL_WORKER'] as const;

export const careWorker = pgTable(
  'care_worker',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    name: text('name').notNull(),
    phone: encryptedColumn('phone').notNull(),
    role: text('role', { enum: careWorkerRoles }).notNull(),
    certified: boolean('certified').notNull(),
    onDuty: boolean('on_duty').notNull(),
    status: text('status', { enum: careWorkerStatuses }).notNull().default('REGISTERED'),
    closedOn: date('closed_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('care_worker', table),
    registrationKeyOnce('care_worker', table),
    encryptedColumnCheck('care_worker', [table.phone]),
    oneOf('care_worker_role', table.role, careWorkerRoles),
    oneOf('care_worker_status', table.status, careWorkerStatuses),
    check(
      'care_worker_closed',
      sql`(${table.status} = 'CLOSED') = (${table.closedOn} is not null) and (${table.status} <> 'CLOSED' or not ${table.onDuty})`,
    ),
    index('care_worker_contact_due').on(table.closedOn).where(sql`status = 'CLOSED' and name <> '已删除'`),
    uniqueIndex('care_worker_division').on(table.divisionCode, table.id),
    uniqueIndex('care_worker_role_division').on(table.role, table.divisionCode, table.id),
  ],
);

export type CareWorker = typeof careWorker.$inferSelect;

export const encryptedCareWorker = encryptedTable<CareWorker>({
  table: 'care_worker',
  columns: { phone: 'text' },
});
