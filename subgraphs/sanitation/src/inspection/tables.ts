// Inspections of pollution sources under an alert.
import { divisionCode, homeChecks, id, instant, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { bigint, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { inspectionTeam, pollutionAlert } from '../pollution-alert/tables.ts';
import { pollutionCategories, pollutionSource } from '../pollution-source/tables.ts';

export const inspectionFindings = ['COMPLIANT', 'RECTIFIED', 'VIOLATION'] as const;

export const inspection = pgTable(
  'inspection',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    alertId: uuid('alert_id')
      .notNull()
      .references(() => pollutionAlert.id),
    sourceId: uuid('source_id')
      .notNull()
      .references(() => pollutionSource.id),
    teamId: uuid('team_id')
      .notNull()
      .references(() => inspectionTeam.id),
    // The category of the source at the time of the inspection.
    category: text('category', { enum: pollutionCategories }).notNull(),
    inspectedAt: instant('inspected_at').notNull(),
    finding: text('finding', { enum: inspectionFindings }).notNull(),
    controlMeasure: text('control_measure').notNull(),
    penaltyFen: bigint('penalty_fen', { mode: 'number' }),
  },
  (table) => [
    ...homeChecks('inspection', table),
    oneOf('inspection_finding', table.finding, inspectionFindings),
    oneOf('inspection_category', table.category, pollutionCategories),
    check(
      'inspection_penalty',
      sql`${table.penaltyFen} is null or (${table.penaltyFen} > 0 and ${table.finding} = 'VIOLATION')`,
    ),
    check('inspection_measure', sql`length(btrim(${table.controlMeasure})) between 1 and 500`),
    index('inspection_alert').on(table.alertId, table.inspectedAt, table.id),
    index('inspection_progress').on(table.alertId, table.category, table.finding, table.sourceId),
    index('inspection_of_team').on(table.teamId),
    index('inspection_of_source').on(table.sourceId),
  ],
);

export type Inspection = typeof inspection.$inferSelect;
