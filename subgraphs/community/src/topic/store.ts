// The SQL of topics.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsOf, type ListQuery, pagesInside, pagesOf } from '@district-graph/kit/pagination/pages';
import type { Topic } from './tables.ts';
import { topicTransitions } from './transitions.ts';

export interface TopicFilter {
  status?: Topic['status'] | null;
}

const inside: ListQuery = {
  table: 'topic',
  order: [
    ['division_code', 'text'],
    ['id', 'uuid'],
  ],
};

const latestFirst: ListQuery = {
  table: 'topic',
  order: [
    ['proposed_on', 'date'],
    ['id', 'uuid'],
  ],
  descending: true,
};

const matching = (sql: Sql, { status }: TopicFilter) => (status ? sql`and r.status = ${status}` : sql``);

export const findTopics = (sql: Sql, ids: readonly string[]) =>
  sql<Topic[]>`select * from topic where id = any(${ids as string[]}::uuid[])`;

export const listTopics = (sql: Sql, codes: readonly string[], filter: TopicFilter, page: Page) =>
  pagesInside<Topic>(sql, { list: inside, codes, page, where: matching(sql, filter) });

export const listTopicsOfCouncils = (
  sql: Sql,
  councilIds: readonly string[],
  filter: TopicFilter,
  page: Page,
) =>
  pagesOf<Topic>(sql, {
    list: latestFirst,
    parentColumn: 'council_id',
    ids: councilIds,
    page,
    where: matching(sql, filter),
  });

export const countTopicsOfCouncils = (sql: Sql, councilIds: readonly string[], filter: TopicFilter) =>
  countsOf(sql, {
    table: 'topic',
    parentColumn: 'council_id',
    ids: councilIds,
    where: matching(sql, filter),
  });

/** The topics that were discussed in each session. */
export const findTopicsOfSessions = (sql: Sql, sessionIds: readonly string[]) =>
  sql<(Topic & { sessionId: string })[]>`
    select t.*, d.session_id from council_session_topic d join topic t on t.id = d.topic_id
    where d.session_id = any(${sessionIds as string[]}::uuid[]) order by t.id`;

/** The topics that micro-works carry out. */
export const findTopicsOfMicroWorks = (sql: Sql, microWorkIds: readonly string[]) =>
  sql<Topic[]>`select * from topic where micro_work_id = any(${microWorkIds as string[]}::uuid[])`;

export const topics = entityMutations<Topic>('Topic', {
  table: 'topic',
  transitions: topicTransitions,
  detailOf: ({ councilId }) => ({ councilId }),
});
