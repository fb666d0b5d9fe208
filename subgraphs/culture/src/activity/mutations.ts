// Mutations of activities: register, edit with the attributes that their sessions copy, and close once no session is
// scheduled.

import type { Resolvers } from '@district-graph/kit/loaders';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { type Edits, presentFields } from '@district-graph/kit/mutations/entity-mutations';
import { mutation } from '@district-graph/kit/mutations/mutation';
import { closeMutation, registerMutation } from '@district-graph/kit/mutations/record-mutations';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { findComingSession } from '../session/store.ts';
import type { Session } from '../session/tables.ts';
import { activities } from './store.ts';
import type { Activity } from './tables.ts';

type Fields = Pick<Activity, 'title' | 'category' | 'audience' | 'organiser'>;

/** `undefined` leaves the season as it is; `null` clears it. */
interface Season {
  season?: Activity['season'];
}

export const columnsOf = ({ title, category, audience, organiser }: Partial<Fields>): Partial<Activity> => ({
  category,
  audience,
  title: checkWords('title', title),
  organiser: checkWords('organiser', organiser),
});

export const activityMutations: Resolvers = {
  Mutation: {
    registerActivity: registerMutation(
      'registerActivity',
      activities,
      ({ season, ...fields }: Fields & Season) => ({ ...columnsOf(fields), season }),
    ),

    updateActivity: mutation<Edits<Fields> & Season & { activityId: string; version: number }>(
      'updateActivity',
      async (context, { activityId: id, version, season, ...edits }) => {
        const { row, refusal } = await activities.checkEdit(context, 'activityId', id, {
          version,
          status: 'OFFERED',
        });
        return refusal ?? activities.edit(context, row, { ...columnsOf(presentFields(edits)), season });
      },
    ),

    // A session that is being scheduled for the activity commits first, or finds it closed.
    closeActivity: closeMutation('closeActivity', activities, {
      argument: 'activityId',
      to: 'CLOSED',
      check: async ({ sql }, { id }) => {
        const session = await findComingSession(sql, 'activity_id', id);
        return session ? activityInUse(session) : null;
      },
      columnsOf: () => ({ status: 'CLOSED' as const }),
    }),
  },
};

const activityInUse = defineRefusal('ActivityInUse', (session: Session) => ({
  zh: '该活动还有未结束的场次，请先取消。',
  en: 'The activity has sessions that are not over; cancel them first.',
  fields: { session },
}));
