// Figures about divisions from reports, stored as they were published.
import { divisionCode, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, doublePrecision, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';

export const figureQualifiers = ['exact', 'at_least', 'about', 'historical'] as const;

export const reportedFigure = pgTable(
  'reported_figure',
  {
    key: text('key').primaryKey(),
    subgraph: text('subgraph').notNull(),
    divisionCode: divisionCode('division_code').notNull(),
    metric: text('metric').notNull(),
    metricZh: text('metric_zh').notNull(),
    value: doublePrecision('value').notNull(),
    qualifier: text('qualifier', { enum: figureQualifiers }).notNull(),
    unit: text('unit').notNull(),
    asOf: text('as_of').notNull(),
    periodFrom: date('period_from', { mode: 'string' }),
    periodTo: date('period_to', { mode: 'string' }),
    note: text('note'),
    source: text('source').notNull(),
  },
  (table) => [
    oneOf('reported_figure_qualifier', table.qualifier, figureQualifiers),
    check(
      'reported_figure_period',
      sql`(${table.periodFrom} is null) = (${table.periodTo} is null) and ${table.periodFrom} <= ${table.periodTo}`,
    ),
    uniqueIndex('reported_figure_division').on(table.divisionCode, table.key),
  ],
);

export type ReportedFigure = typeof reportedFigure.$inferSelect;
