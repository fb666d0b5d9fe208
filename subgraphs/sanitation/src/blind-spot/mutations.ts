// Blind spots: reported, then cleared.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { checkPoint, type GeoPoint } from '@district-graph/kit/geography';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition } from '@district-graph/kit/transitions';
import { mutation, required, type Written } from '@district-graph/kit/writes';
import { changeBlindSpot, insertBlindSpot, lockBlindSpot } from './store.ts';
import type { BlindSpot } from './tables.ts';
import { blindSpotTransitions } from './transitions.ts';

const blindSpot = (row: BlindSpot): Written => ({ __typename: 'BlindSpot', ...row });

interface ReportBlindSpot {
  divisionCode: string;
  place: string;
  kind: BlindSpot['kind'];
  location: GeoPoint;
}

export const blindSpotMutations: Resolvers = {
  Mutation: {
    reportBlindSpot: mutation<ReportBlindSpot>('reportBlindSpot', async (write, { location, ...input }) => {
      const divisionCode = checkDivisionCode(input.divisionCode, 'divisionCode');
      const { longitude, latitude } = checkPoint(location, 'location');
      const row = await insertBlindSpot(write.sql, {
        ...input,
        id: newId(divisionCode),
        status: 'REPORTED',
        reportedAt: write.now,
        longitude,
        latitude,
      });
      await write.record({ entityType: 'BlindSpot', entityId: row.id, divisionCode, to: row.status });
      return blindSpot(row);
    }),

    clearBlindSpot: mutation<{ blindSpotId: string }>('clearBlindSpot', async (write, { blindSpotId }) => {
      const before = required(await lockBlindSpot(write.sql, blindSpotId), 'blindSpotId', blindSpotId);
      const refusal = refusedTransition(blindSpotTransitions, before.status, 'CLEARED');
      if (refusal) return refusal;
      const row = await changeBlindSpot(write.sql, before.id, { status: 'CLEARED', clearedAt: write.now });
      await write.record({
        entityType: 'BlindSpot',
        entityId: row.id,
        divisionCode: row.divisionCode,
        from: before.status,
        to: row.status,
      });
      return blindSpot(row);
    }),
  },
};
