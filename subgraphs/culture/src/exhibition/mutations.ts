// Exhibitions: announced in a venue, edited, closed early or called off.
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition } from '@district-graph/kit/transitions';
import { mutation, required, type Written } from '@district-graph/kit/writes';
import { checkDays, checkWords } from '../venue/checks.ts';
import { venueClosed } from '../venue/refusals.ts';
import { changeRegistered, givenOf, recordRegistered, refusedEdit } from '../venue/registers.ts';
import { lockVenue } from '../venue/store.ts';
import { changeExhibition, insertExhibition, lockExhibition } from './store.ts';
import type { Exhibition } from './tables.ts';
import { exhibitionTransitions } from './transitions.ts';

const exhibition = (row: Exhibition): Written => ({ __typename: 'Exhibition', ...row });

type Fields = Pick<Exhibition, 'title' | 'opensOn' | 'closesOn'>;
type Edits = { [Name in keyof Fields]?: Fields[Name] | null };

export const exhibitionMutations: Resolvers = {
  Mutation: {
    registerExhibition: mutation<Fields & { venueId: string }>(
      'registerExhibition',
      async (write, { venueId, title, opensOn, closesOn }) => {
        checkDays(opensOn, closesOn);
        // Held: it is not closed meanwhile.
        const venue = required(await lockVenue(write.sql, venueId), 'venueId', venueId);
        if (venue.status === 'CLOSED') return venueClosed();
        const row = await insertExhibition(write.sql, {
          id: newId(venue.divisionCode),
          divisionCode: venue.divisionCode,
          venueId: venue.id,
          title: checkWords('title', title),
          opensOn,
          closesOn,
        });
        await recordRegistered(write, 'Exhibition', row);
        return exhibition(row);
      },
    ),

    updateExhibition: mutation<Edits & { exhibitionId: string; version: number }>(
      'updateExhibition',
      async (write, { exhibitionId: id, version, ...edits }) => {
        const before = required(await lockExhibition(write.sql, id), 'exhibitionId', id);
        const refusal = refusedEdit(exhibitionTransitions, before, 'ANNOUNCED', version);
        if (refusal) return refusal;
        const given = givenOf(edits);
        checkDays(given.opensOn ?? before.opensOn, given.closesOn ?? before.closesOn);
        const title = given.title === undefined ? undefined : checkWords('title', given.title);
        if (given.opensOn !== undefined || given.closesOn !== undefined) {
          // Held: it is not closed meanwhile.
          const venue = await lockVenue(write.sql, before.venueId);
          if (venue?.status === 'CLOSED') return venueClosed();
        }
        const columns = { ...given, title };
        return exhibition(await changeRegistered(write, 'Exhibition', before, columns, changeExhibition));
      },
    ),

    closeExhibition: mutation<{ exhibitionId: string }>(
      'closeExhibition',
      async (write, { exhibitionId: id }) => {
        const before = required(await lockExhibition(write.sql, id), 'exhibitionId', id);
        const { today } = write;
        const opened = before.opensOn <= today;
        const status = opened ? 'CLOSED' : 'CANCELLED';
        const refusal = refusedTransition(exhibitionTransitions, before.status, status);
        if (refusal) return refusal;
        const closesOn = opened && before.closesOn > today ? today : undefined;
        const changes = { status, closesOn } as const;
        return exhibition(await changeRegistered(write, 'Exhibition', before, changes, changeExhibition));
      },
    ),
  },
};
