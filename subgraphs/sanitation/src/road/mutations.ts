// Mutations of roads: register, edit, close when they are no longer cleaned.

import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkWords } from '@district-graph/kit/mutations/checks';
import { type Edits, presentFields } from '@district-graph/kit/mutations/entity-mutations';
import { mutation } from '@district-graph/kit/mutations/mutation';
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
    registerRoad: mutation<Fields & { divisionCode: string }>(
      'registerRoad',
      async (write, { divisionCode, ...fields }) =>
        roads.register(write, {
          divisionCode,
          ...columnsOf(fields),
        }),
    ),

    updateRoad: mutation<Edits<Fields> & { roadId: string; version: number }>(
      'updateRoad',
      async (write, { roadId, version, ...edits }) => {
        const { row, refusal } = await roads.checkEdit(write, 'roadId', roadId, {
          version,
          status: 'ACTIVE',
        });
        return refusal ?? roads.edit(write, row, columnsOf(presentFields(edits)));
      },
    ),

    closeRoad: mutation<{ roadId: string }>('closeRoad', async (write, { roadId }) => {
      const { row, refusal } = await roads.checkTransition(write, 'roadId', roadId, 'CLOSED');
      if (refusal) return refusal;
      const run = await findOpenRun(write.sql, row.id);
      return run ? runAlreadyOpen(run) : roads.transition(write, row, { closedOn: write.today });
    }),
  },
};
