// Venues: registered, edited, closed once nothing is to take place there.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { checkPoint, type GeoPoint } from '@district-graph/kit/geography';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition } from '@district-graph/kit/transitions';
import { mutation, required, type Written } from '@district-graph/kit/writes';
import { findRunningExhibition } from '../exhibition/store.ts';
import { findComingSession } from '../session/store.ts';
import { checkKey, checkWhole, checkWords } from './checks.ts';
import { venueInUse } from './refusals.ts';
import { changeRegistered, givenOf, recordRegistered, refusedEdit } from './registers.ts';
import { changeVenue, insertVenue, lockVenue } from './store.ts';
import type { Venue } from './tables.ts';
import { venueTransitions } from './transitions.ts';

const venue = (row: Venue): Written => ({ __typename: 'Venue', ...row });

type Fields = Pick<Venue, 'name' | 'kind' | 'capacity'>;
type Edits = { [Name in keyof Fields]?: Fields[Name] | null };

interface RegisterVenue extends Fields {
  serviceCentreId: string;
  divisionCode: string;
  location: GeoPoint;
}

const mostPeople = 10_000;

const columnsOf = ({ name, kind, capacity }: Partial<Fields>): Partial<Venue> => ({
  kind,
  name: name === undefined ? name : checkWords('name', name),
  capacity: capacity === undefined ? capacity : checkWhole('capacity', capacity, 1, mostPeople),
});

export const venueMutations: Resolvers = {
  Mutation: {
    registerVenue: mutation<RegisterVenue>(
      'registerVenue',
      async (write, { serviceCentreId, divisionCode, location, ...fields }) => {
        const { longitude, latitude } = checkPoint(location, 'location');
        const row = await insertVenue(write.sql, {
          ...columnsOf(fields),
          id: newId(checkDivisionCode(divisionCode, 'divisionCode')),
          divisionCode,
          serviceCentreId: checkKey('serviceCentreId', serviceCentreId),
          longitude,
          latitude,
        });
        await recordRegistered(write, 'Venue', row);
        return venue(row);
      },
    ),

    updateVenue: mutation<Edits & { venueId: string; version: number }>(
      'updateVenue',
      async (write, { venueId: id, version, ...edits }) => {
        const before = required(await lockVenue(write.sql, id), 'venueId', id);
        const refusal = refusedEdit(venueTransitions, before, 'OPEN', version);
        if (refusal) return refusal;
        const columns = columnsOf(givenOf(edits));
        if (columns.capacity !== undefined) {
          const larger = await findComingSession(write.sql, 'venue_id', id, columns.capacity + 1);
          if (larger) return venueInUse(larger, null);
        }
        return venue(await changeRegistered(write, 'Venue', before, columns, changeVenue));
      },
    ),

    closeVenue: mutation<{ venueId: string }>('closeVenue', async (write, { venueId: id }) => {
      // Held: a session that is scheduled here comes before, or finds it closed.
      const before = required(await lockVenue(write.sql, id), 'venueId', id);
      const refusal = refusedTransition(venueTransitions, before.status, 'CLOSED');
      if (refusal) return refusal;
      const session = await findComingSession(write.sql, 'venue_id', id);
      const exhibition = await findRunningExhibition(write.sql, id, write.today);
      if (session || exhibition) return venueInUse(session, exhibition);
      return venue(await changeRegistered(write, 'Venue', before, { status: 'CLOSED' }, changeVenue));
    }),
  },
};
