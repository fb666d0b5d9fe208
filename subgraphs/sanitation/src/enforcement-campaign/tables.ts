// Enforcement campaigns and their results.
import { divisionCode, homeChecks, id, instant } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const enforcementCampaign = pgTable(
  'enforcement_campaign',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    title: text('title').notNull(),
    startedOn: date('started_on', { mode: 'string' }).notNull(),
    // The planned day, until the campaign is closed.
    endedOn: date('ended_on', { mode: 'string' }).notNull(),
    closedAt: instant('closed_at'),
    personTimes: integer('person_times').notNull(),
    vehicleTimes: integer('vehicle_times').notNull(),
    vehiclesHeld: integer('vehicles_held').notNull(),
    smallAdsCleared: integer('small_ads_cleared').notNull(),
    lightBoxesRemoved: integer('light_boxes_removed').notNull(),
    billboardsRemoved: integer('billboards_removed').notNull(),
    steelStructuresRemoved: integer('steel_structures_removed').notNull(),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('enforcement_campaign', table),
    check('enforcement_campaign_title', sql`length(btrim(${table.title})) between 1 and 200`),
    check('enforcement_campaign_days', sql`${table.endedOn} >= ${table.startedOn}`),
    check(
      'enforcement_campaign_results',
      sql`least(${table.personTimes}, ${table.vehicleTimes}, ${table.vehiclesHeld}, ${table.smallAdsCleared},
      ${table.lightBoxesRemoved}, ${table.billboardsRemoved}, ${table.steelStructuresRemoved}) >= 0`,
    ),
    uniqueIndex('enforcement_campaign_division').on(table.divisionCode, table.startedOn, table.id),
  ],
);

export type EnforcementCampaign = typeof enforcementCampaign.$inferSelect;
