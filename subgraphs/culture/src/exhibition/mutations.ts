// Mutations of exhibitions: announce in a venue, edit, close early or cancel.
import { checkPeriod } from '@district-graph/kit/calendar';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { type Edits, presentFields } from '@district-graph/kit/mutations/entity-mutations';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { refusedTransition } from '@district-graph/kit/mutations/transitions';
import { venueClosed } from '../venue/refusals.ts';
import { venues } from '../venue/store.ts';
import { exhibitions } from './store.ts';
import type { Exhibition } from './tables.ts';
import { exhibitionTransitions } from './transitions.ts';

type Fields = Pick<Exhibition, 'title' | 'opensOn' | 'closesOn'>;

export const exhibitionMutations: Resolvers = {
  Mutation: {
    registerExhibition: mutation<Fields & { venueId: string }>(
      'registerExhibition',
      async (context, { venueId, title, opensOn, closesOn }) => {
        checkPeriod({ from: opensOn, to: closesOn }, 'closesOn');
        // The venue is locked, so that it is not closed meanwhile.
        const venue = await venues.lockForUpdate(context, 'venueId', venueId);
        if (venue.status === 'CLOSED') return venueClosed();
        return exhibitions.register(context, {
          divisionCode: venue.divisionCode,
          venueId: venue.id,
          title: checkWords('title', title),
          opensOn,
          closesOn,
        });
      },
    ),

    updateExhibition: mutation<Edits<Fields> & { exhibitionId: string; version: number }>(
      'updateExhibition',
      async (context, { exhibitionId: id, version, ...edits }) => {
        const { row, refusal } = await exhibitions.checkEdit(context, 'exhibitionId', id, {
          version,
          status: 'ANNOUNCED',
        });
        if (refusal) return refusal;
        const changes = presentFields(edits);
        checkPeriod(
          { from: changes.opensOn ?? row.opensOn, to: changes.closesOn ?? row.closesOn },
          'closesOn',
        );
        const title = checkWords('title', changes.title);
        if (changes.opensOn !== undefined || changes.closesOn !== undefined) {
          // The venue is locked, so that it is not closed meanwhile.
          const venue = await venues.lockForUpdate(context, 'venueId', row.venueId);
          if (venue.status === 'CLOSED') return venueClosed();
        }
        return exhibitions.edit(context, row, { ...changes, title });
      },
    ),

    closeExhibition: mutation<{ exhibitionId: string }>(
      'closeExhibition',
      async (context, { exhibitionId: id }) => {
        const before = await exhibitions.lockForUpdate(context, 'exhibitionId', id);
        const { today } = context;
        const opened = before.opensOn <= today;
        const status = opened ? 'CLOSED' : 'CANCELLED';
        const refusal = refusedTransition(exhibitionTransitions, before.status, status);
        if (refusal) return refusal;
        const early = opened && before.closesOn > today;
        const changes = { status, ...(early && { closesOn: today }) } as const;
        return exhibitions.transition(context, before, changes, early ? { changed: ['closesOn'] } : {});
      },
    ),
  },
};
