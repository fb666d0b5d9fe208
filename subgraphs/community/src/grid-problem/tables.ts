// Problems that grid workers find, and their timelines.
import {
  divisionCode,
  encryptedColumn,
  encryptedColumnCheck,
  homeChecks,
  id,
  instant,
  location,
  locationCheck,
  oneOf,
} from '@district-graph/kit/database/columns';
import { encryptedTable } from '@district-graph/kit/encryption/encrypted-columns';
import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { grid } from '../grid/tables.ts';
import { gridVisit } from '../grid-visit/tables.ts';

/** The first six are the classes of events of urban grid management (GB/T 30428). */
export const gridProblemKinds = [
  'CITY_APPEARANCE',
  'ADVERTISING',
  'CONSTRUCTION',
  'EMERGENCY',
  'STREET_ORDER',
  'OTHER',
  'ELDER_NEEDS_HELP',
  'SAFETY_HAZARD',
] as const;

/** Kinds that concern persons: where such a problem was found is protected. */
const personalKinds: readonly string[] = ['EMERGENCY', 'OTHER', 'ELDER_NEEDS_HELP'];

export const isPersonal = ({ kind }: Pick<GridProblem, 'kind'>): boolean => personalKinds.includes(kind);

export const gridProblemStatuses = ['FOUND', 'HANDED_OVER', 'SOLVED', 'VERIFIED', 'CANCELLED'] as const;

/** Who handles a problem. Of what it became at the bureaus with a subgraph, the key is stored. */
export const gridProblemHandlers = [
  'COMMUNITY',
  'URBAN_MANAGEMENT',
  'SANITATION',
  'SECURITY',
  'ELDERLY_CARE',
  'OTHER',
] as const;

export const gridProblemActions = [
  'FOUND',
  'HANDED_OVER',
  'SOLVED',
  'SENT_BACK',
  'VERIFIED',
  'CANCELLED',
] as const;

export const gridProblem = pgTable(
  'grid_problem',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    gridId: uuid('grid_id')
      .notNull()
      .references(() => grid.id),
    visitId: uuid('visit_id').references(() => gridVisit.id),
    kind: text('kind', { enum: gridProblemKinds }).notNull(),
    status: text('status', { enum: gridProblemStatuses }).notNull().default('FOUND'),
    /** Null once its retention period is over. */
    description: encryptedColumn('description'),
    ...location(),
    deadline: instant('deadline'),
    handler: text('handler', { enum: gridProblemHandlers }),
    // What it became elsewhere: keys of entities of the sanitation, security and elderly-care subgraphs.
    blindSpotId: uuid('blind_spot_id'),
    incidentId: uuid('incident_id'),
    safetyInspectionId: uuid('safety_inspection_id'),
    careVisitId: uuid('care_visit_id'),
    foundAt: instant('found_at').notNull(),
    handedOverAt: instant('handed_over_at'),
    solvedAt: instant('solved_at'),
    /** When it was verified or cancelled. */
    closedAt: instant('closed_at'),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('grid_problem', table),
    encryptedColumnCheck('grid_problem', [table.description]),
    locationCheck('grid_problem', table),
    oneOf('grid_problem_kind', table.kind, gridProblemKinds),
    oneOf('grid_problem_status', table.status, gridProblemStatuses),
    oneOf('grid_problem_handler', table.handler, gridProblemHandlers),
    check(
      'grid_problem_status_instants',
      sql`case ${table.status}
        when 'FOUND' then num_nonnulls(${table.handedOverAt}, ${table.solvedAt}, ${table.closedAt}) = 0
        when 'HANDED_OVER' then ${table.handedOverAt} is not null and num_nonnulls(${table.solvedAt}, ${table.closedAt}) = 0
        when 'SOLVED' then num_nulls(${table.handedOverAt}, ${table.solvedAt}) = 0 and ${table.closedAt} is null
        when 'VERIFIED' then num_nulls(${table.handedOverAt}, ${table.solvedAt}, ${table.closedAt}) = 0
        else ${table.closedAt} is not null and ${table.solvedAt} is null end`,
    ),
    // greatest() ignores nulls, so each instant is compared with all that come before it.
    check(
      'grid_problem_instants_in_order',
      sql`${table.handedOverAt} >= ${table.foundAt} and ${table.solvedAt} >= ${table.handedOverAt}
        and ${table.closedAt} >= greatest(${table.foundAt}, ${table.handedOverAt}, ${table.solvedAt})`,
    ),
    check('grid_problem_deadline', sql`${table.deadline} > ${table.foundAt}`),
    check(
      'grid_problem_handed_over',
      sql`(${table.handler} is not null) = (${table.handedOverAt} is not null)`,
    ),
    check(
      'grid_problem_reference',
      sql`num_nonnulls(${table.blindSpotId}, ${table.incidentId}, ${table.safetyInspectionId}, ${table.careVisitId}) = case ${table.handler}
        when 'SANITATION' then num_nonnulls(${table.blindSpotId})
        when 'SECURITY' then num_nonnulls(${table.incidentId}, ${table.safetyInspectionId})
        when 'ELDERLY_CARE' then num_nonnulls(${table.careVisitId}) else 0 end
        and (coalesce(${table.handler}, 'OTHER') not in ('SANITATION', 'SECURITY', 'ELDERLY_CARE')
          or num_nonnulls(${table.blindSpotId}, ${table.incidentId}, ${table.safetyInspectionId}, ${table.careVisitId}) = 1)`,
    ),
    uniqueIndex('grid_problem_blind_spot').on(table.blindSpotId).where(sql`blind_spot_id is not null`),
    uniqueIndex('grid_problem_incident').on(table.incidentId).where(sql`incident_id is not null`),
    uniqueIndex('grid_problem_safety_inspection')
      .on(table.safetyInspectionId)
      .where(sql`safety_inspection_id is not null`),
    uniqueIndex('grid_problem_care_visit').on(table.careVisitId).where(sql`care_visit_id is not null`),
    index('grid_problem_grid').on(table.gridId),
    index('grid_problem_visit').on(table.visitId).where(sql`visit_id is not null`),
    index('grid_problem_city').on(table.foundAt, table.id),
    // For counts of one kind or status in the whole city.
    index('grid_problem_of_kind').on(table.kind, table.foundAt, table.id),
    index('grid_problem_in_status').on(table.status, table.foundAt, table.id),
    index('grid_problem_district').on(sql`left(division_code, 6)`, table.foundAt, table.id),
    index('grid_problem_subdistrict').on(sql`left(division_code, 9)`, table.foundAt, table.id),
    index('grid_problem_community').on(table.divisionCode, table.foundAt, table.id),
    index('grid_problem_description_due').on(table.closedAt).where(sql`description is not null`),
  ],
);

/** The timeline: rows are appended, never changed; a trigger enforces it. Only notes are erased, together with the description. */
export const gridProblemTimeline = pgTable(
  'grid_problem_timeline',
  {
    problemId: uuid('problem_id')
      .notNull()
      .references(() => gridProblem.id),
    sequence: smallint('sequence').notNull(),
    at: instant('at').notNull(),
    /** A bureau or team, never a person. The change event records whose token it was. */
    actor: text('actor').notNull(),
    action: text('action', { enum: gridProblemActions }).notNull(),
    note: encryptedColumn('note'),
  },
  (table) => [
    primaryKey({ columns: [table.problemId, table.sequence] }),
    encryptedColumnCheck('grid_problem_timeline', [table.note]),
    check('grid_problem_timeline_sequence', sql`${table.sequence} > 0`),
    oneOf('grid_problem_timeline_action', table.action, gridProblemActions),
  ],
);

export type GridProblem = typeof gridProblem.$inferSelect;
export type GridProblemTimelineRow = typeof gridProblemTimeline.$inferSelect;

export const encryptedGridProblem = encryptedTable<GridProblem>({
  table: 'grid_problem',
  columns: { description: 'text' },
});

export const encryptedGridProblemTimeline = encryptedTable<GridProblemTimelineRow>({
  table: 'grid_problem_timeline',
  key: { problemId: 'uuid', sequence: 'smallint' },
  columns: { note: 'text' },
});
