// Assessments of ability by GB/T 42195-2022.
import {
  divisionCode,
  encryptedColumn,
  encryptedColumnCheck,
  homeChecks,
  id,
  oneOf,
} from '@district-graph/kit/database/columns';
import { encryptedTable } from '@district-graph/kit/encryption/encrypted-columns';
import { sql } from 'drizzle-orm';
import { check, date, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
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
    score: encryptedColumn<number>('score').notNull(),
    level: encryptedColumn<number>('level').notNull(),
    nextDueOn: date('next_due_on', { mode: 'string' }).notNull(),
  },
  (table) => [
    ...homeChecks('ability_assessment', table),
    oneOf('ability_assessment_reason', table.reason, assessmentReasons),
    encryptedColumnCheck('ability_assessment', [table.score, table.level]),
    check('ability_assessment_due', sql`${table.nextDueOn} > ${table.assessedOn}`),
    index('ability_assessment_elder').on(table.elderId, table.assessedOn, table.id),
  ],
);

export type AbilityAssessment = typeof abilityAssessment.$inferSelect;

export const encryptedAbilityAssessment = encryptedTable<AbilityAssessment>({
  table: 'ability_assessment',
  columns: { score: 'number', level: 'number' },
});
