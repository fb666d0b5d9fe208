// Resolvers for councils: lookup, lists inside a division, the topics and sessions of each.
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { sessionCountByCouncil, sessionsByCouncil } from '../council-session/loaders.ts';
import type { CouncilSession } from '../council-session/tables.ts';
import { topicCountByCouncil, topicsByCouncil } from '../topic/loaders.ts';
import type { TopicFilter } from '../topic/store.ts';
import type { Topic } from '../topic/tables.ts';
import { councilById, councilsByDivision } from './loaders.ts';
import type { Council } from './tables.ts';

const list = defineList<Council>('councils', ['text', 'uuid'], (row) => [row.divisionCode, row.id]);
const topicList = defineList<Topic>('Council.topics', ['date', 'uuid'], (row) => [row.proposedOn, row.id]);
const sessionList = defineList<CouncilSession>('Council.sessions', ['date', 'uuid'], (row) => [
  row.heldOn,
  row.id,
]);

export const councilResolvers: Resolvers = {
  Query: {
    council: queryById(councilById),
    councils: async (_root, { within, ...args }: PageArgs & { within: string }, context) => {
      const code = checkDivisionCode(within);
      const page = pageOf(list, args);
      const rows = await councilsByDivision(context, page).load(code);
      return toConnection(list, page, rows, async () =>
        sumOf(await stockByDivision(context).load(code), 'councils'),
      );
    },
  },
  Council: {
    __resolveReference: referenceById(councilById),
    division: divisionOf,
    topics: async ({ id }: Council, { status, ...args }: PageArgs & TopicFilter, context) => {
      const page = pageOf(topicList, args);
      const rows = await topicsByCouncil(context, { filter: { status }, page }).load(id);
      return toConnection(topicList, page, rows, () => topicCountByCouncil(context, { status }).load(id));
    },
    sessions: async ({ id }: Council, args: PageArgs, context) => {
      const page = pageOf(sessionList, args);
      const rows = await sessionsByCouncil(context, page).load(id);
      return toConnection(sessionList, page, rows, () => sessionCountByCouncil(context).load(id));
    },
  },
};
