// Daily visits of grid workers to households, shops, construction sites and public areas.
import {
  divisionCode,
  encryptedColumn,
  encryptedColumnCheck,
  homeChecks,
  id,
  instant,
  oneOf,
} from '@district-graph/kit/database/columns';
import { encryptedTable } from '@district-graph/kit/encryption/encrypted-columns';
import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { grid } from '../grid/tables.ts';

export const gridVisitKinds = ['HOUSEHOLD', 'SHOP', 'CONSTRUCTION_SITE', 'PUBLIC_AREA'] as const;

export const gridVisit = pgTable(
  'grid_visit',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    gridId: uuid('grid_id')
      .notNull()
      .references(() => grid.id),
    kind: text('kind', { enum: gridVisitKinds }).notNull(),
    visitedAt: instant('visited_at').notNull(),
    householdsVisited: integer('households_visited').notNull(),
    workerName: text('worker_name').notNull(),
    note: encryptedColumn('note'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('grid_visit', table),
    encryptedColumnCheck('grid_visit', [table.note]),
    oneOf('grid_visit_kind', table.kind, gridVisitKinds),
    check(
      'grid_visit_households',
      sql`case when ${table.kind} in ('HOUSEHOLD', 'SHOP') then ${table.householdsVisited} >= 1 else ${table.householdsVisited} = 0 end`,
    ),
    check('grid_visit_worker', sql`length(btrim(${table.workerName})) between 1 and 100`),
    index('grid_visit_grid').on(table.gridId, table.visitedAt, table.id),
    index('grid_visit_city').on(table.visitedAt, table.id),
    // For counts of one kind in the whole city.
    index('grid_visit_of_kind').on(table.kind, table.visitedAt, table.id),
    index('grid_visit_district').on(sql`left(division_code, 6)`, table.visitedAt, table.id),
    index('grid_visit_subdistrict').on(sql`left(division_code, 9)`, table.visitedAt, table.id),
    index('grid_visit_community').on(table.divisionCode, table.visitedAt, table.id),
    index('grid_visit_person_due')
      .on(table.visitedAt)
      .where(sql`worker_name <> '已删除' or note is not null`),
  ],
);

export type GridVisit = typeof gridVisit.$inferSelect;

export const encryptedGridVisit = encryptedTable<GridVisit>({
  table: 'grid_visit',
  columns: { note: 'text' },
});
