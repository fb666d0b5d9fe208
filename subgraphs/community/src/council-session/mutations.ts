// The mutation of sessions: record one that was held.
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkNotAfterToday, checkNotBefore } from '@district-graph/kit/mutations/checks';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { councilDissolved } from '../council/refusals.ts';
import { councils } from '../council/store.ts';
import { councilSessions } from './store.ts';

interface RecordCouncilSession {
  councilId: string;
  heldOn?: string | null;
  attendance: number;
}

export const councilSessionMutations: Resolvers = {
  Mutation: {
    recordCouncilSession: mutation<RecordCouncilSession>('recordCouncilSession', async (context, input) => {
      const { councilId } = input;
      const attendance = checkInteger('attendance', input.attendance, 1, 10_000);
      const heldOn = checkNotAfterToday('heldOn', input.heldOn ?? context.today, context.today);
      const council = await councils.lockForUpdate(context, 'councilId', councilId);
      if (council.status === 'DISSOLVED') return councilDissolved();
      checkNotBefore('heldOn', heldOn, council.foundedOn);
      const { divisionCode } = council;
      return councilSessions.register(context, { divisionCode, councilId, heldOn, attendance });
    }),
  },
};
