// Mutations of roads: register, edit, close when they are no longer cleaned.

import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkWords } from '@district-graph/kit/mutations/checks';
import {
  closeMutation,
  registerMutation,
  updateMutation,
} from '@district-graph/kit/mutations/record-mutations';
import { runAlreadyOpen } from '../cleaning-run/mutations.ts';
import { findOpenRun } from '../cleaning-run/store.ts';
import { roads } from './store.ts';
import type { Road } from './tables.ts';

interface Fields extends Pick<Road, 'name' | 'cleaningGrade' | 'lengthMetres'> {
  location: GeoPoint;
}

export const columnsOf = ({ name, location, lengthMetres, ...others }: Partial<Fields>): Partial<Road> => ({
  ...others,
  name: checkWords('name', name, 200),
  lengthMetres: checkInteger('lengthMetres', lengthMetres, 1),
  ...location,
});

export const roadMutations: Resolvers = {
  Mutation: {
    registerRoad: registerMutation('registerRoad', roads, columnsOf),

    updateRoad: updateMutation('updateRoad', roads, { argument: 'roadId', status: 'ACTIVE', columnsOf }),

    closeRoad: closeMutation('closeRoad', roads, {
      argument: 'roadId',
      to: 'CLOSED',
      check: async ({ sql }, { id }) => {
        const run = await findOpenRun(sql, id);
        return run ? runAlreadyOpen(run) : null;
      },
      columnsOf: (closedOn) => ({ closedOn }),
    }),
  },
};
