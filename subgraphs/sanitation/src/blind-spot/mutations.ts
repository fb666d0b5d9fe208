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
    reportBlindSpot: mutation<ReportBlindSpot>('reportBlindSpot', async (write, { location, ...input }) => {
      const { longitude, latitude } = location;
      return blindSpots.register(write, {
        ...input,
        place: checkWords('place', input.place, 200),
        status: 'REPORTED',
        reportedAt: write.now,
        longitude,
        latitude,
      });
    }),

    clearBlindSpot: mutation<{ blindSpotId: string }>('clearBlindSpot', async (write, { blindSpotId }) => {
      const { row, refusal } = await blindSpots.checkTransition(write, 'blindSpotId', blindSpotId, 'CLEARED');
      return refusal ?? blindSpots.transition(write, row, { status: 'CLEARED', clearedAt: write.now });
    }),
  },
};
