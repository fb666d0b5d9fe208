// Numbered service points of the 15-minute circle.
import {
  divisionCode,
  homeChecks,
  id,
  location,
  locationCheck,
  oneOf,
} from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const serviceCircles = [
  'LIVING_SERVICES',
  'GOVERNMENT',
  'HEALTH',
  'CULTURE_EDUCATION',
  'COMMUNITY_WELFARE',
  'PUBLIC_SAFETY',
] as const;
export const discounts = ['LOW_INCOME', 'AGED_70_LIVING_ALONE'] as const;

export const servicePointStatuses = ['OPEN', 'CLOSED'] as const;

export const servicePoint = pgTable(
  'service_point',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    signNumber: text('sign_number').notNull().unique(),
    name: text('name').notNull(),
    circle: text('circle', { enum: serviceCircles }).notNull(),
    address: text('address').notNull(),
    supervisionPhone: text('supervision_phone').notNull(),
    discounts: text('discounts', { enum: discounts }).array().notNull(),
    ...location(),
    status: text('status', { enum: servicePointStatuses }).notNull().default('OPEN'),
    closedOn: date('closed_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('service_point', table),
    check('service_point_community', sql`length(${table.divisionCode}) = 12`),
    oneOf('service_point_circle', table.circle, serviceCircles),
    check('service_point_discounts', sql`${table.discounts} <@ array['LOW_INCOME', 'AGED_70_LIVING_ALONE']`),
    locationCheck('service_point', table),
    oneOf('service_point_status', table.status, servicePointStatuses),
    check('service_point_closed', sql`(${table.status} = 'CLOSED') = (${table.closedOn} is not null)`),
    uniqueIndex('service_point_division').on(table.divisionCode, table.signNumber),
    uniqueIndex('service_point_circle_division').on(table.circle, table.divisionCode, table.signNumber),
  ],
);

export type ServicePoint = typeof servicePoint.$inferSelect;
