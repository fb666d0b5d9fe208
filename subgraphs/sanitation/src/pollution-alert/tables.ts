// Air-pollution alerts and the teams that inspect under them.
import { divisionCode, homeChecks, id, instant, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

export const alertLevels = ['BLUE', 'YELLOW', 'ORANGE', 'RED'] as const;

export const pollutionAlert = pgTable(
  'pollution_alert',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    level: text('level', { enum: alertLevels }).notNull(),
    issuedAt: instant('issued_at').notNull(),
    liftedAt: instant('lifted_at'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('pollution_alert', table),
    oneOf('pollution_alert_level', table.level, alertLevels),
    check('pollution_alert_lifted', sql`${table.liftedAt} >= ${table.issuedAt}`),
    uniqueIndex('pollution_alert_division').on(table.divisionCode, table.issuedAt, table.id),
    uniqueIndex('pollution_alert_one_open').on(table.divisionCode).where(sql`lifted_at is null`),
  ],
);

export const inspectionTeam = pgTable(
  'inspection_team',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    alertId: uuid('alert_id')
      .notNull()
      .references(() => pollutionAlert.id),
    name: text('name').notNull(),
    sentOn: date('sent_on', { mode: 'string' }).notNull(),
  },
  (table) => [
    ...homeChecks('inspection_team', table),
    check('inspection_team_name', sql`length(btrim(${table.name})) between 1 and 100`),
    index('inspection_team_alert').on(table.alertId, table.id),
  ],
);

export type PollutionAlert = typeof pollutionAlert.$inferSelect;
export type InspectionTeam = typeof inspectionTeam.$inferSelect;
