// Care workers: look-up and lists inside a division.
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/connections';
import { checkDivisionCode } from '@district-graph/kit/divisions';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/entities';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { sumOf } from '@district-graph/kit/overview-loaders';
import { stockByDivision } from '../overview/loaders.ts';
import { careWorkerById, careWorkersByDivision } from './loaders.ts';
import type { CareWorkerFilter } from './store.ts';
import { type CareWorker, careWorkerRoles, sealedCareWorker } from './tables.ts';

const workerList = defineList<CareWorker>('careWorkers', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);

type ListArgs = PageArgs & CareWorkerFilter & { within: string };

export const careWorkerResolvers: Resolvers = {
  Query: {
    careWorker: queryById(careWorkerById),
    careWorkers: async (_root, { within, first, after, role }: ListArgs, context) => {
      const code = checkDivisionCode(within);
      const page = pageOf(workerList, { first, after });
      const rows = await careWorkersByDivision(context, { filter: { role }, page }).load(code);
      return toConnection(workerList, page, rows, async () => {
        const roles = role ? [role] : careWorkerRoles;
        return sumOf(
          await stockByDivision(context).load(code),
          ...roles.map((name) => `care_workers:${name}`),
        );
      });
    },
  },
  CareWorker: {
    __resolveReference: referenceById(careWorkerById),
    ...sealedCareWorker.fields(),
    division: divisionOf,
  },
};
