// Activities: registered, edited with what their sessions count for, closed once no session is to come.
import { checkDivisionCode } from '@district-graph/kit/divisions';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition } from '@district-graph/kit/transitions';
import { mutation, required, type Written } from '@district-graph/kit/writes';
import { findComingSession } from '../session/store.ts';
import { checkWords } from '../venue/checks.ts';
import { changeRegistered, givenOf, recordRegistered, refusedEdit } from '../venue/registers.ts';
import { changeActivity, insertActivity, lockActivity } from './store.ts';
import type { Activity } from './tables.ts';
import { activityTransitions } from './transitions.ts';

const activity = (row: Activity): Written => ({ __typename: 'Activity', ...row });

type Fields = Pick<Activity, 'title' | 'category' | 'audience' | 'organiser'>;
type Edits = { [Name in keyof Fields]?: Fields[Name] | null };

/** Of a season, nothing leaves it as it is, and null takes it away. */
interface Season {
  season?: Activity['season'];
}

const columnsOf = ({ title, category, audience, organiser }: Partial<Fields>): Partial<Activity> => ({
  category,
  audience,
  title: title === undefined ? title : checkWords('title', title),
  organiser: organiser === undefined ? organiser : checkWords('organiser', organiser),
});

export const activityMutations: Resolvers = {
  Mutation: {
    registerActivity: mutation<Fields & Season & { divisionCode: string }>(
      'registerActivity',
      async (write, { divisionCode, season, ...fields }) => {
        const row = await insertActivity(write.sql, {
          ...columnsOf(fields),
          season,
          id: newId(checkDivisionCode(divisionCode, 'divisionCode')),
          divisionCode,
        });
        await recordRegistered(write, 'Activity', row);
        return activity(row);
      },
    ),

    updateActivity: mutation<Edits & Season & { activityId: string; version: number }>(
      'updateActivity',
      async (write, { activityId: id, version, season, ...edits }) => {
        const before = required(await lockActivity(write.sql, id), 'activityId', id);
        const refusal = refusedEdit(activityTransitions, before, 'OFFERED', version);
        if (refusal) return refusal;
        const columns = { ...columnsOf(givenOf(edits)), season };
        return activity(await changeRegistered(write, 'Activity', before, columns, changeActivity));
      },
    ),

    closeActivity: mutation<{ activityId: string }>('closeActivity', async (write, { activityId: id }) => {
      // Held: a session that is scheduled of it comes before, or finds it closed.
      const before = required(await lockActivity(write.sql, id), 'activityId', id);
      const refusal = refusedTransition(activityTransitions, before.status, 'CLOSED');
      if (refusal) return refusal;
      const session = await findComingSession(write.sql, 'activity_id', id);
      if (session)
        return {
          __typename: 'ActivityInUse',
          message:
            '该活动还有未结束的场次，请先取消。 The activity has sessions that are not over; cancel them first.',
          session,
        };
      return activity(
        await changeRegistered(write, 'Activity', before, { status: 'CLOSED' }, changeActivity),
      );
    }),
  },
};
