// Volunteers, and their membership of teams.
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
import {
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { volunteerTeam } from '../volunteer-team/tables.ts';

export const volunteerSkills = [
  'HEALTH_CARE',
  'TUTORING',
  'LEGAL_ADVICE',
  'REPAIR',
  'HAIRDRESSING',
  'ARTS',
  'COUNSELLING',
  'DRIVING',
  'FIRST_AID',
  'SIGN_LANGUAGE',
] as const;

export const volunteerStatuses = ['ACTIVE', 'WITHDRAWN'] as const;

/** How many teams a volunteer is a member of at most. */
export const mostTeams = 20;

/**
 * The confirmed hours from which a volunteer has one to five stars: 志愿服务记录办法 (Ministry of Civil Affairs, 2012). They are
 * not compared with its text.
 */
const hoursOfStars = [100, 300, 600, 1000, 1500];

const starsOf = sql.raw(
  `case ${hoursOfStars
    .map((hours, index) => `when hours_confirmed >= ${hours} then ${index + 1}`)
    .reverse()
    .join(' ')} else 0 end`,
);

/** `hoursConfirmed` is maintained by a trigger on volunteer_participation. */
export const volunteer = pgTable(
  'volunteer',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    // Lists use this order: an order by community would reveal who is registered in which.
    subdistrictCode: divisionCode('subdistrict_code')
      .generatedAlwaysAs(sql`left(division_code, 9)`)
      .notNull(),
    cardNumber: text('card_number'),
    name: text('name').notNull(),
    phone: encryptedColumn('phone'),
    skills: text('skills', { enum: volunteerSkills }).array().notNull(),
    // The key of an Elder of elderly-care who is the volunteer, or null.
    elderId: uuid('elder_id'),
    /** The subject of the token with which the volunteer signs in; null if there is none. */
    ownedBy: text('owned_by'),
    status: text('status', { enum: volunteerStatuses }).notNull().default('ACTIVE'),
    registeredOn: date('registered_on', { mode: 'string' }).notNull(),
    withdrawnOn: date('withdrawn_on', { mode: 'string' }),
    hoursConfirmed: integer('hours_confirmed').notNull().default(0),
    stars: smallint('stars').generatedAlwaysAs(starsOf).notNull(),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('volunteer', table),
    encryptedColumnCheck('volunteer', [table.phone]),
    oneOf('volunteer_status', table.status, volunteerStatuses),
    check('volunteer_card_number_form', sql`${table.cardNumber} ~ '^4101[0-9]{8,15}$'`),
    check(
      'volunteer_skills',
      sql`${table.skills} <@ array[${sql.raw(volunteerSkills.map((skill) => `'${skill}'`).join(', '))}]::text[]`,
    ),
    check(
      'volunteer_withdrawn',
      sql`(${table.status} = 'WITHDRAWN') = (${table.withdrawnOn} is not null)
      and (${table.status} = 'WITHDRAWN' or (${table.cardNumber} is not null and ${table.phone} is not null))`,
    ),
    check('volunteer_hours', sql`${table.hoursConfirmed} >= 0`),
    uniqueIndex('volunteer_card_number').on(table.cardNumber),
    // A person is registered once; one who has withdrawn may register again.
    uniqueIndex('volunteer_elder_once').on(table.elderId).where(sql`status = 'ACTIVE'`),
    uniqueIndex('volunteer_owner_once').on(table.ownedBy).where(sql`status = 'ACTIVE'`),
    index('volunteer_elder').on(table.elderId).where(sql`elder_id is not null`),
    index('volunteer_owner').on(table.ownedBy).where(sql`owned_by is not null`),
    index('volunteer_contact_due')
      .on(table.withdrawnOn)
      .where(sql`status = 'WITHDRAWN' and name <> '已删除'`),
    uniqueIndex('volunteer_division').on(table.divisionCode, table.id),
    uniqueIndex('volunteer_subdistrict').on(table.subdistrictCode, table.id),
  ],
);

export const volunteerTeamMember = pgTable(
  'volunteer_team_member',
  {
    volunteerTeamId: uuid('volunteer_team_id')
      .notNull()
      .references(() => volunteerTeam.id),
    volunteerId: uuid('volunteer_id')
      .notNull()
      .references(() => volunteer.id),
    joinedAt: instant('joined_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.volunteerTeamId, table.volunteerId] }),
    index('volunteer_team_member_volunteer').on(table.volunteerId),
  ],
);

export type Volunteer = typeof volunteer.$inferSelect;

export const encryptedVolunteer = encryptedTable<Volunteer>({
  table: 'volunteer',
  columns: { phone: 'text' },
});
