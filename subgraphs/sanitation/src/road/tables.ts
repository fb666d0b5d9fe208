// Roads that are cleaned, and the requirements of each cleaning grade.
import {
  divisionCode,
  homeChecks,
  id,
  location,
  locationCheck,
  oneOf,
  registrationKey,
  registrationKeyOnce,
} from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import {
  check,
  date,
  doublePrecision,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

export const cleaningGrades = ['FIRST', 'SECOND', 'THIRD', 'FOURTH'] as const;

export const road = pgTable(
  'road',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    registrationKey: registrationKey(),
    name: text('name').notNull(),
    cleaningGrade: text('cleaning_grade', { enum: cleaningGrades }).notNull(),
    lengthMetres: integer('length_metres').notNull(),
    ...location(),
    // The day from which it is no longer cleaned.
    closedOn: date('closed_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
    // Its bit in road_flush_rollup.
    ordinal: integer('ordinal').notNull().generatedAlwaysAsIdentity(),
  },
  (table) => [
    ...homeChecks('road', table),
    registrationKeyOnce('road', table),
    oneOf('road_cleaning_grade', table.cleaningGrade, cleaningGrades),
    check('road_name', sql`length(btrim(${table.name})) between 1 and 200`),
    check('road_length', sql`${table.lengthMetres} > 0`),
    locationCheck('road', table),
    uniqueIndex('road_division').on(table.divisionCode, table.id),
  ],
);

export const cleaningGradeStandard = pgTable(
  'cleaning_grade_standard',
  {
    edition: text('edition').notNull(),
    grade: text('grade', { enum: cleaningGrades }).notNull(),
    peels: integer('peels').notNull(),
    papers: integer('papers').notNull(),
    cigaretteEnds: integer('cigarette_ends').notNull(),
    sputum: integer('sputum').notNull(),
    sewageSquareMetres: doublePrecision('sewage_square_metres').notNull(),
    other: integer('other').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.edition, table.grade] }),
    oneOf('cleaning_grade_standard_grade', table.grade, cleaningGrades),
  ],
);

export type Road = typeof road.$inferSelect;
export type CleaningGradeStandard = typeof cleaningGradeStandard.$inferSelect;
