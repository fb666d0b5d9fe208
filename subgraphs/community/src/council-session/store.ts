// The SQL of sessions, and of the topics that were discussed in them.

import type { Sql } from '@district-graph/kit/database/database';
import { entityMutations } from '@district-graph/kit/mutations/entity-mutations';
import type { Page } from '@district-graph/kit/pagination/connections';
import { countsOf, type ListQuery, pagesOf } from '@district-graph/kit/pagination/pages';
import type { CouncilSession } from './tables.ts';

const latestFirst: ListQuery = {
  table: 'council_session',
  order: [
    ['held_on', 'date'],
    ['id', 'uuid'],
  ],
  descending: true,
};

export const findCouncilSessions = (sql: Sql, ids: readonly string[]) =>
  sql<CouncilSession[]>`select * from council_session where id = any(${ids as string[]}::uuid[])`;

export const listCouncilSessions = (sql: Sql, councilIds: readonly string[], page: Page) =>
  pagesOf<CouncilSession>(sql, { list: latestFirst, parentColumn: 'council_id', ids: councilIds, page });

export const countCouncilSessions = (sql: Sql, councilIds: readonly string[]) =>
  countsOf(sql, { table: 'council_session', parentColumn: 'council_id', ids: councilIds });

/** The sessions in which each topic was discussed, the latest first. */
export const findSessionsOfTopics = (sql: Sql, topicIds: readonly string[]) =>
  sql<(CouncilSession & { topicId: string })[]>`
    select s.*, t.topic_id from council_session_topic t join council_session s on s.id = t.session_id
    where t.topic_id = any(${topicIds as string[]}::uuid[]) order by s.held_on desc, s.id desc`;

export const councilSessions = entityMutations<CouncilSession>('CouncilSession', {
  table: 'council_session',
  detailOf: ({ councilId }) => ({ councilId }),
});

/** Notes that the topic was discussed in the session; false if that was noted before. */
export async function insertDiscussion(sql: Sql, sessionId: string, topicId: string): Promise<boolean> {
  const inserted = await sql`
    insert into council_session_topic (session_id, topic_id) values (${sessionId}, ${topicId})
    on conflict do nothing returning topic_id`;
  return inserted.length > 0;
}

/** Whether the topic was discussed in the session. */
export async function isDiscussed(sql: Sql, sessionId: string, topicId: string): Promise<boolean> {
  const found = await sql`
    select from council_session_topic where session_id = ${sessionId} and topic_id = ${topicId}`;
  return found.length > 0;
}
