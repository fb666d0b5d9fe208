// Mutations of activities: register, edit with the attributes that their sessions copy, and close once no session is
// scheduled.

import type { Resolvers } from '@district-graph/kit/loaders';
import { checkWords } from '@district-graph/kit/mutations/checks';
import { type Edits, presentFields } from '@district-graph/kit/mutations/entity-mutations';
import { mutation } from '@district-graph/kit/mutations/mutation';
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
    registerActivity: mutation<Fields & Season & { divisionCode: string }>(
      'registerActivity',
      async (context, { divisionCode, season, ...fields }) =>
        activities.register(context, {
          ...columnsOf(fields),
          season,
          divisionCode,
        }),
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

    closeActivity: mutation<{ activityId: string }>('closeActivity', async (context, { activityId: id }) => {
      // The row is locked: a session that is being scheduled for it commits first, or finds it closed.
      const { row, refusal } = await activities.checkTransition(context, 'activityId', id, 'CLOSED');
      if (refusal) return refusal;
      const session = await findComingSession(context.sql, 'activity_id', id);
      if (session) return activityInUse(session);
      return activities.transition(context, row, { status: 'CLOSED' });
    }),
  },
};

const activityInUse = defineRefusal('ActivityInUse', (session: Session) => ({
  zh: '该活动还有未结束的场次，请先取消。',
  en: 'The activity has sessions that are not over; cancel them first.',
  fields: { session },
}));
