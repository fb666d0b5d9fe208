// Cultural activities.
import {
  divisionCode,
  homeChecks,
  id,
  oneOf,
  registrationKey,
  registrationKeyOnce,
} from '@district-graph/kit/database/columns';
import { integer, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core';

export const activityCategories = [
  'PERFORMANCE',
  'TRAINING',
  'LECTURE',
  'OPEN_DAY',
  'GIFT_GIVING',
  'CLUB',
  'READING',
] as const;
export const audiences = ['ELDERLY', 'CHILDREN', 'WOMEN', 'DISABLED', 'EVERYONE'] as const;
export const activitySeasons = [
  'RESPECT_FOR_THE_ELDERLY',
  'ARTS_TO_THE_COUNTRYSIDE',
  'SPRING_FESTIVAL',
] as const;

export const activityStatuses = ['OFFERED', 'CLOSED'] as const;

export const activity = pgTable(
  'activity',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    title: text('title').notNull(),
    category: text('category', { enum: activityCategories }).notNull(),
    audience: text('audience', { enum: audiences }).notNull(),
    season: text('season', { enum: activitySeasons }),
    organiser: text('organiser').notNull(),
    status: text('status', { enum: activityStatuses }).notNull().default('OFFERED'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('activity', table),
    registrationKeyOnce('activity', table),
    oneOf('activity_status', table.status, activityStatuses),
    oneOf('activity_category', table.category, activityCategories),
    oneOf('activity_audience', table.audience, audiences),
    oneOf('activity_season', table.season, activitySeasons),
    unique('activity_as_offered').on(table.id, table.category, table.audience),
    uniqueIndex('activity_division').on(table.divisionCode, table.id),
    uniqueIndex('activity_category_division').on(table.category, table.divisionCode, table.id),
  ],
);

export type Activity = typeof activity.$inferSelect;
