// Sessions by key, by council and by topic.

import { alignMany, alignOne, defineLoader } from '@district-graph/kit/loaders';
import type { Page } from '@district-graph/kit/pagination/connections';
import {
  countCouncilSessions,
  findCouncilSessions,
  findSessionsOfTopics,
  listCouncilSessions,
} from './store.ts';
import type { CouncilSession } from './tables.ts';

export const councilSessionById = defineLoader<string, CouncilSession | null>(async (sql, ids) =>
  alignOne(ids, await findCouncilSessions(sql, ids), (row) => row.id),
);

export const sessionsByCouncil = defineLoader<string, CouncilSession[], Page>((sql, councilIds, page) =>
  listCouncilSessions(sql, councilIds, page),
);

export const sessionCountByCouncil = defineLoader<string, number | null>((sql, councilIds) =>
  countCouncilSessions(sql, councilIds),
);

export const sessionsByTopic = defineLoader<string, CouncilSession[]>(async (sql, topicIds) =>
  alignMany(topicIds, await findSessionsOfTopics(sql, topicIds), (row) => row.topicId),
);
