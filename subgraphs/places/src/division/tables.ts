// The register of divisions, with the attributes of communities.
import { divisionCode, location, locationCheck, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import { check, date, index, integer, pgTable, text } from 'drizzle-orm/pg-core';

export const divisionLevels = ['CITY', 'DISTRICT', 'SUBDISTRICT', 'COMMUNITY'] as const;
export const divisionKinds = ['ADMINISTRATIVE', 'FUNCTIONAL_ZONE'] as const;
export const communityClasses = ['ONE', 'TWO', 'THREE'] as const;

export const division = pgTable(
  'division',
  {
    code: divisionCode('code').primaryKey(),
    name: text('name').notNull(),
    level: text('level', { enum: divisionLevels }).notNull(),
    parentCode: divisionCode('parent_code'),
    kind: text('kind', { enum: divisionKinds }).notNull(),
    // Some subdistricts have one district's code and are administered by another body (如意湖 … 金光路: 郑东新区).
    administeredBy: text('administered_by'),
    validFrom: date('valid_from', { mode: 'string' }),
    validTo: date('valid_to', { mode: 'string' }),
    ...location(),
  },
  (table) => [
    check('division_code_form', sql`is_division_code(${table.code})`),
    oneOf('division_level', table.level, divisionLevels),
    oneOf('division_kind', table.kind, divisionKinds),
    check(
      'division_level_of_code',
      sql`(${table.level} = 'CITY') = (${table.parentCode} is null)
      and (${table.level} = 'COMMUNITY') = (length(${table.code}) = 12)
      and (${table.level} = 'SUBDISTRICT') = (length(${table.code}) = 9)`,
    ),
    check(
      'division_parent_of_code',
      sql`${table.parentCode} is null or starts_with(${table.code}, division_prefix(${table.parentCode}))`,
    ),
    check('division_validity', sql`${table.validTo} >= ${table.validFrom}`),
    locationCheck('division', table),
    index('division_level_code').on(table.level, table.code),
    index('division_parent').on(table.parentCode),
  ],
);

export const community = pgTable(
  'community',
  {
    code: divisionCode('code')
      .primaryKey()
      .references(() => division.code),
    class: text('class', { enum: communityClasses }).notNull(),
    premisesArea: integer('premises_area').notNull(),
    households: integer('households').notNull(),
    residents: integer('residents').notNull(),
    residentialBuildings: integer('residential_buildings').notNull(),
    officeBuildings: integer('office_buildings').notNull(),
  },
  (table) => [
    oneOf('community_class', table.class, communityClasses),
    check(
      'community_figures',
      sql`${table.premisesArea} >= 0 and ${table.households} >= 0 and ${table.residents} >= 0
      and ${table.residentialBuildings} >= 0 and ${table.officeBuildings} >= 0`,
    ),
  ],
);

export type Division = typeof division.$inferSelect;
export type Community = typeof community.$inferSelect;
