// Topics that residents bring before a council: proposed, discussed, decided by vote, carried out.
import { divisionCode, homeChecks, id, oneOf } from '@district-graph/kit/database/columns';
import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  check,
  date,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { council } from '../council/tables.ts';
import { councilSession } from '../council-session/tables.ts';
import { microWork } from '../micro-work/tables.ts';

export const topicStatuses = [
  'PROPOSED',
  'DISCUSSED',
  'RESOLVED',
  'CARRIED_OUT',
  'REJECTED',
  'WITHDRAWN',
] as const;

export const topic = pgTable(
  'topic',
  {
    id: id(),
    divisionCode: divisionCode('division_code').notNull(),
    councilId: uuid('council_id')
      .notNull()
      .references(() => council.id),
    title: text('title').notNull(),
    status: text('status', { enum: topicStatuses }).notNull().default('PROPOSED'),
    proposedOn: date('proposed_on', { mode: 'string' }).notNull(),
    /** The session in which it was resolved or rejected. */
    decidedInId: uuid('decided_in_id').references((): AnyPgColumn => councilSession.id),
    decidedOn: date('decided_on', { mode: 'string' }),
    resolution: text('resolution'),
    votesFor: integer('votes_for'),
    votesAgainst: integer('votes_against'),
    abstentions: integer('abstentions'),
    microWorkId: uuid('micro_work_id').references(() => microWork.id),
    carriedOutOn: date('carried_out_on', { mode: 'string' }),
    withdrawnOn: date('withdrawn_on', { mode: 'string' }),
    version: integer('version').notNull().default(1),
  },
  (table) => [
    ...homeChecks('topic', table),
    oneOf('topic_status', table.status, topicStatuses),
    check('topic_title', sql`length(btrim(${table.title})) between 1 and 200`),
    check(
      'topic_decided',
      sql`num_nonnulls(${table.decidedInId}, ${table.decidedOn}, ${table.resolution}, ${table.votesFor}, ${table.votesAgainst}, ${table.abstentions})
        = case when ${table.status} in ('RESOLVED', 'CARRIED_OUT', 'REJECTED') then 6 else 0 end`,
    ),
    check(
      'topic_votes',
      sql`${table.votesFor} >= 0 and ${table.votesAgainst} >= 0 and ${table.abstentions} >= 0
        and (${table.votesFor} > ${table.votesAgainst}) = (${table.status} in ('RESOLVED', 'CARRIED_OUT'))`,
    ),
    check(
      'topic_micro_work',
      sql`${table.microWorkId} is null or ${table.status} in ('RESOLVED', 'CARRIED_OUT')`,
    ),
    check(
      'topic_ended',
      sql`(${table.carriedOutOn} is not null) = (${table.status} = 'CARRIED_OUT')
        and (${table.withdrawnOn} is not null) = (${table.status} = 'WITHDRAWN')`,
    ),
    check(
      'topic_days',
      sql`${table.decidedOn} >= ${table.proposedOn} and ${table.carriedOutOn} >= ${table.decidedOn}
        and ${table.withdrawnOn} >= ${table.proposedOn}`,
    ),
    uniqueIndex('topic_micro_work_once').on(table.microWorkId).where(sql`micro_work_id is not null`),
    index('topic_council').on(table.councilId, table.proposedOn, table.id),
    uniqueIndex('topic_division').on(table.divisionCode, table.id),
    uniqueIndex('topic_status_division').on(table.status, table.divisionCode, table.id),
  ],
);

/** Which topics were discussed in which session. */
export const councilSessionTopic = pgTable(
  'council_session_topic',
  {
    sessionId: uuid('session_id')
      .notNull()
      .references(() => councilSession.id),
    topicId: uuid('topic_id')
      .notNull()
      .references(() => topic.id),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.topicId] }),
    index('council_session_topic_topic').on(table.topicId, table.sessionId),
  ],
);

export type Topic = typeof topic.$inferSelect;
