// Resolvers for topics: lookup, lists inside a division, the sessions and the micro-work of each.
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { councilById } from '../council/loaders.ts';
import { councilSessionById, sessionsByTopic } from '../council-session/loaders.ts';
import { microWorkById } from '../micro-work/loaders.ts';
import { topicById, topicsByDivision } from './loaders.ts';
import type { TopicFilter } from './store.ts';
import { type Topic, topicStatuses } from './tables.ts';

const list = defineList<Topic>('topics', ['text', 'uuid'], (row) => [row.divisionCode, row.id]);

export const topicResolvers: Resolvers = {
  Query: {
    topic: queryById(topicById),
    topics: async (
      _root,
      { within, status, ...args }: PageArgs & TopicFilter & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      const page = pageOf(list, args);
      const rows = await topicsByDivision(context, { filter: { status }, page }).load(code);
      return toConnection(list, page, rows, async () => {
        const statuses = status ? [status] : topicStatuses;
        return sumOf(await stockByDivision(context).load(code), ...statuses.map((each) => `topics:${each}`));
      });
    },
  },
  Topic: {
    __resolveReference: referenceById(topicById),
    council: fieldById(councilById, ({ councilId }: Topic) => councilId),
    sessions: ({ id }: Topic, _args, context) => sessionsByTopic(context).load(id),
    decidedIn: fieldById(councilSessionById, ({ decidedInId }: Topic) => decidedInId),
    microWork: fieldById(microWorkById, ({ microWorkId }: Topic) => microWorkId),
    division: divisionOf,
  },
};
