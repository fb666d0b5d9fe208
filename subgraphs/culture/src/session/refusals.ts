// Refusals of a session because of its time or status, which bookings use as well.
import type { Bilingual } from '@district-graph/kit/errors';
import type { MutationContext } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import type { Session } from './tables.ts';

export const hasStarted = (
  { startsAt }: Pick<Session, 'startsAt'>,
  { now }: Pick<MutationContext, 'now'>,
): boolean => Date.parse(startsAt) <= Date.parse(now);

const closedReasons: Record<Session['status'], Bilingual> = {
  SCHEDULED: { zh: '该场次已开始，请另选场次。', en: 'The session has started; choose another one.' },
  HELD: { zh: '该场次已举办，请另选场次。', en: 'The session has been held; choose another one.' },
  CANCELLED: { zh: '该场次已取消，请另选场次。', en: 'The session has been cancelled; choose another one.' },
};

export const sessionClosed = defineRefusal('SessionClosed', ({ status }: Session) => closedReasons[status]);

export const sessionNotStarted = defineRefusal('SessionNotBegun', ({ startsAt }: Session) => ({
  zh: '该场次尚未开始，请在开始后再操作。',
  en: 'The session has not started; try again once it has.',
  fields: { startsAt },
}));
