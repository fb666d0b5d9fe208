// Mutations of venues: register, edit, close once nothing is scheduled there.

import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkKey, checkWords } from '@district-graph/kit/mutations/checks';
import { type Edits, presentFields } from '@district-graph/kit/mutations/entity-mutations';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { findRunningExhibition } from '../exhibition/store.ts';
import { findComingSession } from '../session/store.ts';
import { venueInUse } from './refusals.ts';
import { venues } from './store.ts';
import type { Venue } from './tables.ts';

type Fields = Pick<Venue, 'name' | 'kind' | 'capacity'>;

interface RegisterVenue extends Fields {
  serviceCentreId: string;
  divisionCode: string;
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
    registerVenue: mutation<RegisterVenue>(
      'registerVenue',
      async (context, { serviceCentreId, divisionCode, location, ...fields }) => {
        const { longitude, latitude } = location;
        return venues.register(context, {
          ...columnsOf(fields),
          divisionCode,
          serviceCentreId: checkKey('serviceCentreId', serviceCentreId),
          longitude,
          latitude,
        });
      },
    ),

    updateVenue: mutation<Edits<Fields> & { venueId: string; version: number }>(
      'updateVenue',
      async (context, { venueId: id, version, ...edits }) => {
        const { row, refusal } = await venues.checkEdit(context, 'venueId', id, { version, status: 'OPEN' });
        if (refusal) return refusal;
        const columns = columnsOf(presentFields(edits));
        if (columns.capacity !== undefined) {
          const larger = await findComingSession(context.sql, 'venue_id', id, columns.capacity + 1);
          if (larger) return venueInUse(larger, null);
        }
        return venues.edit(context, row, columns);
      },
    ),

    closeVenue: mutation<{ venueId: string }>('closeVenue', async (context, { venueId: id }) => {
      // The row is locked: a session that is being scheduled here commits first, or finds it closed.
      const { row, refusal } = await venues.checkTransition(context, 'venueId', id, 'CLOSED');
      if (refusal) return refusal;
      const session = await findComingSession(context.sql, 'venue_id', id);
      const exhibition = await findRunningExhibition(context.sql, id, context.today);
      if (session || exhibition) return venueInUse(session, exhibition);
      return venues.transition(context, row, { status: 'CLOSED' });
    }),
  },
};
