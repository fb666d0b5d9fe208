// Mutation that records outreach events after they took place.

import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkNotAfterToday, checkWords } from '@district-graph/kit/mutations/checks';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { outreachEvents } from './store.ts';
import type { OutreachEvent } from './tables.ts';

type RecordOutreachEvent = Omit<OutreachEvent, 'id'>;

export const outreachEventMutations: Resolvers = {
  Mutation: {
    recordOutreachEvent: mutation<RecordOutreachEvent>('recordOutreachEvent', async (context, input) =>
      outreachEvents.register(context, {
        divisionCode: input.divisionCode,
        kind: input.kind,
        title: checkWords('title', input.title),
        heldOn: checkNotAfterToday('heldOn', input.heldOn, context.today),
        beneficiaries: checkInteger('beneficiaries', input.beneficiaries, 0, 1_000_000),
      }),
    ),
  },
};
