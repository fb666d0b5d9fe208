// Grids of three levels: of districts, of their subdistricts, and of parts of communities.
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
import {
  type AnyPgColumn,
  check,
  date,
  index,
  integer,
  pgTable,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

/** From the top down. */
export const gridLevels = ['DISTRICT', 'SUBDISTRICT', 'COMMUNITY'] as const;
export const gridStatuses = ['ACTIVE', 'DISSOLVED'] as const;

export const grid = pgTable(
  'grid',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    /** A grid of a district or a subdistrict has the code of its division; one of a community, the unit grid code of GB/T 30428. */
    gridCode: text('grid_code').notNull(),
    name: text('name').notNull(),
    level: text('level', { enum: gridLevels }).notNull(),
    parentId: uuid('parent_id').references((): AnyPgColumn => grid.id),
    households: integer('households').notNull(),
    headName: text('head_name'),
    headPhone: encryptedColumn('head_phone'),
    status: text('status', { enum: gridStatuses }).notNull().default('ACTIVE'),
    dissolvedOn: date('dissolved_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('grid', table),
    encryptedColumnCheck('grid', [table.headPhone]),
    oneOf('grid_level', table.level, gridLevels),
    oneOf('grid_status', table.status, gridStatuses),
    check(
      'grid_grid_code',
      sql`case ${table.level}
        when 'COMMUNITY' then length(${table.divisionCode}) = 12 and ${table.gridCode} ~ '^[0-9]{15}$' and left(${table.gridCode}, 12) = ${table.divisionCode}
        when 'SUBDISTRICT' then length(${table.divisionCode}) = 9 and ${table.gridCode} = ${table.divisionCode}
        else length(${table.divisionCode}) = 6 and right(${table.divisionCode}, 2) <> '00' and ${table.gridCode} = ${table.divisionCode} end`,
    ),
    check('grid_top', sql`(${table.parentId} is null) = (${table.level} = 'DISTRICT')`),
    check('grid_name', sql`length(btrim(${table.name})) between 1 and 100`),
    check('grid_households', sql`${table.households} >= 0`),
    check('grid_dissolved', sql`(${table.dissolvedOn} is not null) = (${table.status} = 'DISSOLVED')`),
    uniqueIndex('grid_active_code').on(table.gridCode).where(sql`status = 'ACTIVE'`),
    uniqueIndex('grid_division').on(table.divisionCode, table.id),
    uniqueIndex('grid_level_division').on(table.level, table.divisionCode, table.id),
    uniqueIndex('grid_parent').on(table.parentId, table.divisionCode, table.id),
    index('grid_head_due')
      .on(table.dissolvedOn)
      .where(sql`status = 'DISSOLVED' and num_nonnulls(head_name, head_phone) > 0`),
  ],
);

export type Grid = typeof grid.$inferSelect;

export const encryptedGrid = encryptedTable<Grid>({ table: 'grid', columns: { headPhone: 'text' } });
