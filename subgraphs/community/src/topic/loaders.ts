// Topics by key, by division, by council, by session and by micro-work.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countTopicsOfCouncils,
  findTopics,
  findTopicsOfMicroWorks,
  findTopicsOfSessions,
  listTopics,
  listTopicsOfCouncils,
  type TopicFilter,
} from './store.ts';
import type { Topic } from './tables.ts';

interface Listing {
  filter: TopicFilter;
  page: Page;
}

export const topicById = defineLoader<string, Topic | null>(async (sql, ids) =>
  alignOne(ids, await findTopics(sql, ids), (row) => row.id),
);

export const topicsByDivision = defineLoader<string, Topic[], Listing>((sql, codes, { filter, page }) =>
  listTopics(sql, codes, filter, page),
);

export const topicsByCouncil = defineLoader<string, Topic[], Listing>((sql, councilIds, { filter, page }) =>
  listTopicsOfCouncils(sql, councilIds, filter, page),
);

export const topicCountByCouncil = defineLoader<string, number | null, TopicFilter>(
  (sql, councilIds, filter) => countTopicsOfCouncils(sql, councilIds, filter),
);

export const topicsBySession = defineLoader<string, Topic[]>(async (sql, sessionIds) =>
  alignMany(sessionIds, await findTopicsOfSessions(sql, sessionIds), (row) => row.sessionId),
);

export const topicByMicroWork = defineLoader<string, Topic | null>(async (sql, microWorkIds) =>
  alignOne(microWorkIds, await findTopicsOfMicroWorks(sql, microWorkIds), (row) => row.microWorkId as string),
);
