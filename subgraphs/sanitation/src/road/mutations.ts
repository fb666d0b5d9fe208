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
      async (context, { divisionCode, ...fields }) =>
        roads.register(context, {
          divisionCode,
          ...columnsOf(fields),
        }),
    ),

    updateRoad: mutation<Edits<Fields> & { roadId: string; version: number }>(
      'updateRoad',
      async (context, { roadId, version, ...edits }) => {
        const { row, refusal } = await roads.checkEdit(context, 'roadId', roadId, {
          version,
          status: 'ACTIVE',
        });
        return refusal ?? roads.edit(context, row, columnsOf(presentFields(edits)));
      },
    ),

    closeRoad: mutation<{ roadId: string }>('closeRoad', async (context, { roadId }) => {
      const { row, refusal } = await roads.checkTransition(context, 'roadId', roadId, 'CLOSED');
      if (refusal) return refusal;
      const run = await findOpenRun(context.sql, row.id);
      return run ? runAlreadyOpen(run) : roads.transition(context, row, { closedOn: context.today });
    }),
  },
};
