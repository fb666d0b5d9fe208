// Resolvers for blind spots: lookup and lists inside a division.

import { checkDivisionCode } from '@district-graph/kit/divisions/divisions';
import type { Resolvers, SubgraphContext } from '@district-graph/kit/loaders';
import { defineList, type PageArgs, pageOf, toConnection } from '@district-graph/kit/pagination/connections';
import { stockByDivision, sumOf } from '@district-graph/kit/rollups/overview-loaders';
import { divisionOf, queryById, referenceById } from '@district-graph/kit/schema/entities';
import { blindSpotById, blindSpotsByDivision } from './loaders.ts';
import type { BlindSpotFilter } from './store.ts';
import type { BlindSpot } from './tables.ts';

const list = defineList<BlindSpot>('blindSpots', ['text', 'uuid'], (row) => [row.divisionCode, row.id]);

export async function listBlindSpotsInside(
  code: string,
  { first, after, status }: PageArgs & BlindSpotFilter,
  context: SubgraphContext,
) {
  const page = pageOf(list, { first, after });
  const rows = await blindSpotsByDivision(context, { filter: { status }, page }).load(code);
  return toConnection(list, page, rows, async () =>
    sumOf(await stockByDivision(context).load(code), `blind_spots:${status}`),
  );
}

export const blindSpotResolvers: Resolvers = {
  Query: {
    blindSpot: queryById(blindSpotById),
    blindSpots: (_root, { within, ...args }: PageArgs & BlindSpotFilter & { within: string }, context) =>
      listBlindSpotsInside(checkDivisionCode(within), args, context),
  },
  BlindSpot: {
    __resolveReference: referenceById(blindSpotById),
    division: divisionOf,
    location: ({ longitude, latitude }: BlindSpot) => ({ longitude, latitude }),
  },
};
