// Outreach events are recorded after they were held.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { mutation } from '@district-graph/kit/writes';
import { checkNotAfterToday, checkWhole, checkWords } from '../care-worker/checks.ts';
import { insertOutreachEvent } from './store.ts';
import type { OutreachEvent } from './tables.ts';

type RecordOutreachEvent = Omit<OutreachEvent, 'id'>;

export const outreachEventMutations: Resolvers = {
  Mutation: {
    recordOutreachEvent: mutation<RecordOutreachEvent>('recordOutreachEvent', async (write, input) => {
      const divisionCode = checkDivisionCode(input.divisionCode, 'divisionCode');
      const row = await insertOutreachEvent(write.sql, {
        id: newId(divisionCode),
        divisionCode,
        kind: input.kind,
        title: checkWords('title', input.title),
        heldOn: checkNotAfterToday('heldOn', input.heldOn, write.today),
        beneficiaries: checkWhole('beneficiaries', input.beneficiaries, 0, 1_000_000),
      });
      await write.record({ entityType: 'OutreachEvent', entityId: row.id, divisionCode });
      return { __typename: 'OutreachEvent', ...row };
    }),
  },
};
