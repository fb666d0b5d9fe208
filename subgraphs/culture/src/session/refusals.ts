// Refusals of a session because of its time or status, which bookings use as well.
import type { MutationContext, MutationResult } from '@district-graph/kit/mutations/mutation';
import type { Session } from './tables.ts';

export const hasStarted = (
  { startsAt }: Pick<Session, 'startsAt'>,
  { now }: Pick<MutationContext, 'now'>,
): boolean => Date.parse(startsAt) <= Date.parse(now);

const closedWhy: Record<Session['status'], string> = {
  SCHEDULED: '该场次已开始。 The session has begun.',
  HELD: '该场次已举办。 The session has been held.',
  CANCELLED: '该场次已取消。 The session has been cancelled.',
};

export const sessionClosed = ({ status }: Session): MutationResult => ({
  __typename: 'SessionClosed',
  message: closedWhy[status],
});

export const sessionNotStarted = ({ startsAt }: Session): MutationResult => ({
  __typename: 'SessionNotBegun',
  message: '该场次尚未开始。 The session has not begun.',
  startsAt,
});
