// Mutations of pollution sources: register, edit, close.

import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkWords } from '@district-graph/kit/mutations/checks';
import {
  closeMutation,
  registerMutation,
  updateMutation,
} from '@district-graph/kit/mutations/record-mutations';
import { pollutionSources } from './store.ts';
import type { PollutionSource } from './tables.ts';

interface Fields extends Pick<PollutionSource, 'name' | 'category' | 'address' | 'controlMeasure'> {
  location: GeoPoint;
}

export function columnsOf(fields: Partial<Fields>): Partial<PollutionSource> {
  const { name, category, address, controlMeasure, location } = fields;
  return {
    category,
    name: checkWords('name', name, 200),
    address: checkWords('address', address, 200),
    controlMeasure: checkWords('controlMeasure', controlMeasure, 500),
    ...location,
  };
}

export const pollutionSourceMutations: Resolvers = {
  Mutation: {
    registerPollutionSource: registerMutation('registerPollutionSource', pollutionSources, columnsOf),

    updatePollutionSource: updateMutation('updatePollutionSource', pollutionSources, {
      argument: 'sourceId',
      status: 'ACTIVE',
      columnsOf,
    }),

    closePollutionSource: closeMutation('closePollutionSource', pollutionSources, {
      argument: 'sourceId',
      to: 'CLOSED',
      columnsOf: (closedOn) => ({ closedOn }),
    }),
  },
};
