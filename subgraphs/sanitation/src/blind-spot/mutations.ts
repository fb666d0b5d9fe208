// Mutations of blind spots: report, then clear.

import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { blindSpots } from './store.ts';
import type { BlindSpot } from './tables.ts';

interface ReportBlindSpot {
  divisionCode: string;
  place: string;
  kind: BlindSpot['kind'];
  location: GeoPoint;
}

export const blindSpotMutations: Resolvers = {
  Mutation: {
    reportBlindSpot: mutation<ReportBlindSpot>('reportBlindSpot', async (context, { location, ...input }) => {
      const { longitude, latitude } = location;
      return blindSpots.register(context, {
        ...input,
        place: checkWords('place', input.place, 200),
        status: 'REPORTED',
        reportedAt: context.now,
        longitude,
        latitude,
      });
    }),

    clearBlindSpot: mutation<{ blindSpotId: string }>('clearBlindSpot', async (context, { blindSpotId }) => {
      const { row, refusal } = await blindSpots.checkTransition(
        context,
        'blindSpotId',
        blindSpotId,
        'CLEARED',
      );
      return refusal ?? blindSpots.transition(context, row, { status: 'CLEARED', clearedAt: context.now });
    }),
  },
};
