// Mutations of sessions: schedule, move, cancel with their bookings, record as held.

import { districtCodeOf } from '@district-graph/kit/divisions/divisions';
import type { GeoPoint } from '@district-graph/kit/divisions/geography';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger, checkWords } from '@district-graph/kit/mutations/checks';
import { type MutationContext, type MutationResult, mutation } from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { staleVersion } from '@district-graph/kit/mutations/transitions';
import { activities } from '../activity/store.ts';
import { cancelBookingsOf, promoteWaiting } from '../booking/changes.ts';
import { venueClosed } from '../venue/refusals.ts';
import { venues } from '../venue/store.ts';
import type { Venue } from '../venue/tables.ts';
import { hasStarted, sessionClosed, sessionNotStarted } from './refusals.ts';
import { findConflictingSession, sessions } from './store.ts';
import type { Session } from './tables.ts';

type Times = Pick<Session, 'startsAt' | 'endsAt'>;

/** A session that occupies a venue for more than a day is taken for a typing error. */
const maxHours = 24;

function checkTimes({ startsAt, endsAt }: Times, { now }: MutationContext): void {
  if (Date.parse(startsAt) <= Date.parse(now))
    throw badInput('startsAt', { zh: '将来的时刻', en: 'an instant in the future' }, startsAt);
  const hours = (Date.parse(endsAt) - Date.parse(startsAt)) / 3_600_000;
  if (hours <= 0 || hours > maxHours)
    throw badInput(
      'endsAt',
      {
        zh: `开始之后 ${maxHours} 小时内的时刻`,
        en: `an instant within ${maxHours} hours after the start`,
      },
      endsAt,
    );
}

const maxAttended = 1_000_000;

const checkCapacity = (capacity: number) => checkInteger('capacity', capacity, 1, 100_000);

const whereabouts = ({ id, divisionCode, longitude, latitude }: Venue): Partial<Session> => ({
  venueId: id,
  divisionCode,
  longitude,
  latitude,
});

/** The refusal of a session in a locked venue with that capacity at that time; null if it is possible. */
async function refusedVenue(
  context: MutationContext,
  venue: Venue,
  times: Times,
  capacity: number,
  exceptId: string | null = null,
): Promise<MutationResult | null> {
  if (venue.status === 'CLOSED') return venueClosed();
  if (capacity > venue.capacity) return venueTooSmall(venue.capacity, capacity);
  const conflict = await findConflictingSession(context.sql, venue.id, times, exceptId);
  return conflict && venueTaken(conflict);
}

const venueTooSmall = defineRefusal('VenueTooSmall', (venueCapacity: number, capacity: number) => ({
  zh: `该功能室只容 ${venueCapacity} 人，不足 ${capacity} 个名额；请减少名额或另选功能室。`,
  en: `The venue has room for ${venueCapacity} people, fewer than ${capacity} seats; offer fewer seats or choose another venue.`,
  fields: { venueCapacity },
}));

const venueTaken = defineRefusal('VenueTaken', (conflictingSession: Session) => ({
  zh: '该功能室此时段已有场次，请另选时间或功能室。',
  en: 'The venue has another session at that time; choose another time or venue.',
  fields: { conflictingSession },
}));

const activityClosed = defineRefusal('ActivityClosed', () => ({
  zh: '该活动已停办，请另选活动。',
  en: 'The activity is no longer offered; choose another one.',
}));

const seatsTakenRefusal = defineRefusal('SeatsTaken', (seatsTaken: number, capacity: number) => ({
  zh: `已订出 ${seatsTaken} 个名额，不能减为 ${capacity} 个；请先取消部分预约。`,
  en: `${seatsTaken} seats are taken, so there cannot be ${capacity}; cancel some bookings first.`,
  fields: { seatsTaken },
}));

interface ScheduleSession extends Times {
  activityId: string;
  venueId?: string | null;
  elsewhere?: { divisionCode: string; place: string; location: GeoPoint } | null;
  place?: string | null;
  capacity?: number | null;
  bookingRequired?: boolean | null;
}

interface RescheduleSession extends Times {
  sessionId: string;
  version: number;
  venueId?: string | null;
  place?: string | null;
  capacity?: number | null;
}

/** The location of a session: a venue, which is locked, or an address elsewhere. */
async function venueOrLocation(context: MutationContext, { venueId, elsewhere, place }: ScheduleSession) {
  if ((venueId != null) === (elsewhere != null))
    throw badInput(
      'venueId',
      { zh: 'venueId 与 elsewhere 二者择一', en: 'either venueId or elsewhere' },
      venueId ?? null,
    );
  if (elsewhere) {
    const { longitude, latitude } = elsewhere.location;
    const { divisionCode } = elsewhere;
    const where = { place: checkWords('elsewhere.place', elsewhere.place), longitude, latitude };
    return { venue: null, divisionCode, where };
  }
  // The venue is locked: two sessions cannot take it at the same time.
  const venue = await venues.lockForUpdate(context, 'venueId', venueId ?? '');
  return {
    venue,
    divisionCode: venue.divisionCode,
    where: { ...whereabouts(venue), place: checkWords('place', place ?? venue.name) },
  };
}

export const sessionMutations: Resolvers = {
  Mutation: {
    scheduleSession: mutation<ScheduleSession>('scheduleSession', async (context, input) => {
      const { activityId, startsAt, endsAt } = input;
      checkTimes(input, context);
      const activity = await activities.lockForUpdate(context, 'activityId', activityId);
      if (activity.status === 'CLOSED') return activityClosed();
      const { venue, divisionCode, where } = await venueOrLocation(context, input);
      const requested = input.capacity ?? venue?.capacity;
      if (requested === undefined)
        throw badInput(
          'capacity',
          { zh: '名额数（不在功能室举办时必填）', en: 'the number of seats, required outside a venue' },
          null,
        );
      const capacity = checkCapacity(requested);
      const refusal = venue && (await refusedVenue(context, venue, input, capacity));
      if (refusal) return refusal;
      return sessions.register(context, {
        ...where,
        divisionCode,
        activityId: activity.id,
        category: activity.category,
        audience: activity.audience,
        startsAt,
        endsAt,
        status: 'SCHEDULED',
        capacity,
        bookingRequired: input.bookingRequired ?? false,
      });
    }),

    rescheduleSession: mutation<RescheduleSession>('rescheduleSession', async (context, input) => {
      const { sessionId, version, startsAt, endsAt } = input;
      checkTimes(input, context);
      const { row, refusal } = await sessions.checkTransition(context, 'sessionId', sessionId, 'SCHEDULED');
      if (refusal) return refusal;
      if (hasStarted(row, context)) return sessionClosed(row);
      const stale = staleVersion(row.version, version);
      if (stale) return stale;
      const capacity = checkCapacity(input.capacity ?? row.capacity);
      if (capacity < row.seatsTaken) return seatsTakenRefusal(row.seatsTaken, capacity);
      const venueId = input.venueId ?? row.venueId;
      const venue = venueId ? await venues.lockForUpdate(context, 'venueId', venueId) : null;
      const moved = venue && venue.id !== row.venueId;
      // A key contains its district, and so do the keys of the session's bookings.
      if (moved && districtCodeOf(venue.divisionCode) !== districtCodeOf(row.divisionCode))
        throw badInput('venueId', { zh: '同一区县的功能室', en: 'a venue of the same district' }, venue.id);
      const refused = venue && (await refusedVenue(context, venue, input, capacity, row.id));
      if (refused) return refused;
      const place = input.place ?? (moved ? venue.name : undefined);
      const changes = {
        ...(moved ? whereabouts(venue) : {}),
        place: checkWords('place', place),
        startsAt,
        endsAt,
        capacity,
      };
      const before = { startsAt: row.startsAt, endsAt: row.endsAt, venueId: row.venueId };
      await sessions.transition(context, row, changes, { before, after: { startsAt, endsAt, venueId } });
      await promoteWaiting(context, row.id);
      // Reads the seats again, now that the waiting list has moved up.
      return sessions.resultOf(await sessions.lockForUpdate(context, 'sessionId', row.id));
    }),

    cancelSession: mutation<{ sessionId: string; reason: string }>(
      'cancelSession',
      async (context, { sessionId, reason }) => {
        const { row, refusal } = await sessions.checkTransition(context, 'sessionId', sessionId, 'CANCELLED');
        if (refusal) return refusal;
        // The session first: its seats are no longer counted then, so that its bookings change no rollup.
        const cancelReason = checkWords('reason', reason, 500);
        await sessions.transition(context, row, { status: 'CANCELLED', cancelReason });
        await cancelBookingsOf(context, row.id);
        return sessions.resultOf(await sessions.lockForUpdate(context, 'sessionId', row.id));
      },
    ),

    recordSessionHeld: mutation<{ sessionId: string; attended: number }>(
      'recordSessionHeld',
      async (context, { sessionId, attended }) => {
        const { row, refusal } = await sessions.checkTransition(context, 'sessionId', sessionId, 'HELD');
        if (refusal) return refusal;
        if (!hasStarted(row, context)) return sessionNotStarted(row);
        // Where a booking is required, nobody attends without a seat.
        checkInteger('attended', attended, 0, row.bookingRequired ? row.seatsTaken : maxAttended);
        return sessions.transition(context, row, { status: 'HELD', attended });
      },
    ),
  },
};
