// Assessments of ability by GB/T 42195-2022.
import { divisionCode, homeChecks, id, oneOf } from '@district-graph/kit/columns';
import { sql } from 'drizzle-orm';
import { check, date, index, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import { elder } from '../elder/tables.ts';

export const assessmentReasons = ['FIRST', 'ROUTINE', 'IMMEDIATE', 'REVIEW'] as const;

export const abilityAssessment = pgTable(
  'ability_assessment',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    elderId: uuid('elder_id')
      .notNull()
      .references(() => elder.id),
    assessedOn: date('assessed_on', { mode: 'string' }).notNull(),
    reason: text('reason', { enum: assessmentReasons }).notNull(),
    score: smallint('score').notNull(),
    level: smallint('level').notNull(),
    nextDueOn: date('next_due_on', { mode: 'string' }).notNull(),
  },
  (table) => [
    ...homeChecks('ability_assessment', table),
    oneOf('ability_assessment_reason', table.reason, assessmentReasons),
    // The level of the score, or one worse (dementia, mental disorder, care risks), or 4 (coma).
    check(
      'ability_assessment_level',
      sql`${table.score} between 0 and 90 and ${table.level} between 0 and 4 and (${table.level} = 4 or ${table.level} -
      (case when ${table.score} = 90 then 0 when ${table.score} >= 66 then 1 when ${table.score} >= 46 then 2 when ${table.score} >= 30 then 3 else 4 end) in (0, 1))`,
    ),
    check('ability_assessment_due', sql`${table.nextDueOn} > ${table.assessedOn}`),
    index('ability_assessment_elder').on(table.elderId, table.assessedOn, table.id),
  ],
);

export type AbilityAssessment = typeof abilityAssessment.$inferSelect;
