// Mutations of venues: register, edit, close once nothing is scheduled there.

import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkKey, checkWords } from '@district-graph/kit/mutations/checks';
import {
  closeMutation,
  registerMutation,
  updateMutation,
} from '@district-graph/kit/mutations/record-mutations';
import { findRunningExhibition } from '../exhibition/store.ts';
import { findComingSession } from '../session/store.ts';
import { venueInUse } from './refusals.ts';
import { venues } from './store.ts';
import type { Venue } from './tables.ts';

type Fields = Pick<Venue, 'name' | 'kind' | 'capacity'>;

interface RegisterVenue extends Fields {
  serviceCentreId: string;
  location: GeoPoint;
}

const mostPeople = 10_000;

export const columnsOf = ({ name, kind, capacity }: Partial<Fields>): Partial<Venue> => ({
  kind,
  name: checkWords('name', name),
  capacity: checkInteger('capacity', capacity, 1, mostPeople),
});

export const venueMutations: Resolvers = {
  Mutation: {
    registerVenue: registerMutation(
      'registerVenue',
      venues,
      ({ serviceCentreId, location, ...fields }: RegisterVenue) => ({
        ...columnsOf(fields),
        ...location,
        serviceCentreId: checkKey('serviceCentreId', serviceCentreId),
      }),
    ),

    updateVenue: updateMutation('updateVenue', venues, {
      argument: 'venueId',
      status: 'OPEN',
      columnsOf,
      check: async ({ sql }, { id }, { capacity }) => {
        if (capacity === undefined) return null;
        const larger = await findComingSession(sql, 'venue_id', id, capacity + 1);
        return larger ? venueInUse(larger, null) : null;
      },
    }),

    // A session that is being scheduled here commits first, or finds the venue closed.
    closeVenue: closeMutation('closeVenue', venues, {
      argument: 'venueId',
      to: 'CLOSED',
      check: async ({ sql, today }, { id }) => {
        const session = await findComingSession(sql, 'venue_id', id);
        const exhibition = await findRunningExhibition(sql, id, today);
        return session || exhibition ? venueInUse(session, exhibition) : null;
      },
      columnsOf: () => ({ status: 'CLOSED' as const }),
    }),
  },
};
