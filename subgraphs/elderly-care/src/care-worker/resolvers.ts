// Resolvers for care workers: lookup and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import { hasPermission } from '@district-graph/kit/identity/viewer';
import type { Resolver, Resolvers } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, fieldById, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { careWorkerById, careWorkersByDivision } from './loaders.ts';
import type { CareWorkerFilter } from './store.ts';
import { type CareWorker, careWorkerRoles, encryptedCareWorker } from './tables.ts';

const workerList = defineList<CareWorker>('careWorkers', ['text', 'uuid'], (row) => [
  row.divisionCode,
  row.id,
]);

const namedWorker = fieldById(
  careWorkerById,
  ({ careWorkerId }: { careWorkerId: string | null }) => careWorkerId,
);

/**
 * The field of a row that names the elder's care worker. Elders in person see them masked, since they know who
 * comes to their door, but not the telephone number, which is the bureau's.
 */
export const careWorkerOf =
  <Row extends { careWorkerId: string | null }>(elderIdOf: (row: Row) => string): Resolver =>
  async (row: Row, args, context) => {
    const worker = (await namedWorker(row, args, context)) as CareWorker | null;
    const { viewer, ownedByViewer: own } = context;
    if (
      !worker ||
      viewer.elderId !== elderIdOf(row) ||
      hasPermission(viewer, 'worker:read', worker.divisionCode)
    )
      return worker;
    const disclosed = { ...worker, phone: null };
    own.add(disclosed);
    return disclosed;
  };

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
    ...encryptedCareWorker.fields(),
    division: divisionOf,
  },
};
