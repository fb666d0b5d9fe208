// Mutations of pollution sources: register, edit, close.

import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { type Edits, presentFields } from '@district-graph/kit/mutations/entity-mutations';
import { mutation } from '@district-graph/kit/mutations/mutation';
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
    registerPollutionSource: mutation<Fields & { divisionCode: string }>(
      'registerPollutionSource',
      async (context, { divisionCode, ...fields }) =>
        pollutionSources.register(context, {
          divisionCode,
          ...columnsOf(fields),
        }),
    ),

    updatePollutionSource: mutation<Edits<Fields> & { sourceId: string; version: number }>(
      'updatePollutionSource',
      async (context, { sourceId, version, ...edits }) => {
        const { row, refusal } = await pollutionSources.checkEdit(context, 'sourceId', sourceId, {
          version,
          status: 'ACTIVE',
        });
        return refusal ?? pollutionSources.edit(context, row, columnsOf(presentFields(edits)));
      },
    ),

    closePollutionSource: mutation<{ sourceId: string }>(
      'closePollutionSource',
      async (context, { sourceId }) => {
        const { row, refusal } = await pollutionSources.checkTransition(
          context,
          'sourceId',
          sourceId,
          'CLOSED',
        );
        return refusal ?? pollutionSources.transition(context, row, { closedOn: context.today });
      },
    ),
  },
};
