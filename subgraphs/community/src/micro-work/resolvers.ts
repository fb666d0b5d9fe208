// Resolvers for micro-works: lookup and lists inside a division.
import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById, yuan } from '@district-graph/kit/schema/entities';
import { topicByMicroWork } from '../topic/loaders.ts';
import { microWorkById, microWorksByDivision } from './loaders.ts';
import type { MicroWorkFilter } from './store.ts';
import { type MicroWork, microWorkStatuses } from './tables.ts';

const list = defineList<MicroWork>('microWorks', ['text', 'uuid'], (row) => [row.divisionCode, row.id]);

/** The rollup metrics of the works that a list without a status contains. */
export const microWorkMetrics = microWorkStatuses
  .filter((status) => status !== 'CANCELLED')
  .map((status) => `micro_works:${status}`);

export const microWorkResolvers: Resolvers = {
  Query: {
    microWork: queryById(microWorkById),
    microWorks: async (
      _root,
      { within, status, ...args }: PageArgs & MicroWorkFilter & { within: string },
      context,
    ) => {
      const code = checkDivisionCode(within);
      const page = pageOf(list, args);
      const rows = await microWorksByDivision(context, { filter: { status }, page }).load(code);
      return toConnection(list, page, rows, async () =>
        sumOf(
          await stockByDivision(context).load(code),
          ...(status ? [`micro_works:${status}`] : microWorkMetrics),
        ),
      );
    },
  },
  MicroWork: {
    __resolveReference: referenceById(microWorkById),
    topic: ({ id }: MicroWork, _args, context) => topicByMicroWork(context).load(id),
    division: divisionOf,
    budget: ({ budgetFen }: MicroWork) => yuan(budgetFen),
  },
};
