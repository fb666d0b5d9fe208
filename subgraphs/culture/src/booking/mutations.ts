// Bookings: made, cancelled, checked in, and marked when nobody came. Each holds the session first, then the booking.
import { today } from '@district-graph/kit/calendar';
import { badInput } from '@district-graph/kit/errors';
import type { Resolvers } from '@district-graph/kit/executable-schema';
import { newId } from '@district-graph/kit/ids';
import { refusedTransition } from '@district-graph/kit/transitions';
import { mutation, required, type Write, type Written } from '@district-graph/kit/writes';
import { hasBegun, sessionClosed, sessionNotBegun } from '../session/refusals.ts';
import { lockSession } from '../session/store.ts';
import { changeWithEvent, promoteWaiting, recordBooking } from './changes.ts';
import { checkPerson, type Person, personKeyOf } from './person-key.ts';
import {
  findBooking,
  findLiveBooking,
  findPersonSecret,
  insertBooking,
  lockBooking,
  nextWaitlistPosition,
} from './store.ts';
import type { Booking } from './tables.ts';
import { bookingTransitions } from './transitions.ts';

const booking = (row: Booking): Written => ({ __typename: 'Booking', ...row });

const maxSeats = 10;

/** The booking and its session, held until the write ends, and the refusal if the booking may not become `to`. */
async function bookingToBecome({ sql }: Write, id: string, to: Booking['status']) {
  const { sessionId } = required(await findBooking(sql, id), 'bookingId', id);
  const session = required(await lockSession(sql, sessionId), 'sessionId', sessionId);
  const row = required(await lockBooking(sql, id), 'bookingId', id);
  return { row, session, refusal: refusedTransition(bookingTransitions, row.status, to) };
}

interface BookSession extends Person {
  sessionId: string;
  seats?: number | null;
}

export const bookingMutations: Resolvers = {
  Mutation: {
    bookSession: mutation<BookSession>('bookSession', async (write, { sessionId, seats, ...person }) => {
      const wanted = seats ?? 1;
      const checked = checkPerson(person);
      const personKey = personKeyOf(await findPersonSecret(write.sql), checked);
      // Held: what is free now is free until this booking has it.
      const session = required(await lockSession(write.sql, sessionId), 'sessionId', sessionId);
      if (session.status !== 'SCHEDULED' || hasBegun(session, write)) return sessionClosed(session);
      const most = Math.min(maxSeats, session.capacity);
      if (wanted < 1 || wanted > most)
        throw badInput('seats', { zh: ` 1 到 ${most} 的整数`, en: `a whole number, 1 to ${most}` }, wanted);
      const existing = await findLiveBooking(write.sql, session.id, personKey);
      if (existing) return alreadyBooked(existing);
      // Seats that are free while somebody waits are too few for the head of the list; a newcomer does not overtake.
      const fits = session.waitlistLength === 0 && session.seatsTaken + wanted <= session.capacity;
      const row = await insertBooking(write.sql, {
        id: newId(session.divisionCode),
        divisionCode: session.divisionCode,
        sessionId: session.id,
        elderId: person.elderId ?? null,
        personKey,
        status: fits ? 'CONFIRMED' : 'WAITLISTED',
        seats: wanted,
        waitlistPosition: fits ? null : await nextWaitlistPosition(write.sql, session.id),
        bookedAt: write.now,
      });
      await recordBooking(write, row);
      return booking(row);
    }),

    cancelBooking: mutation<{ bookingId: string }>('cancelBooking', async (write, { bookingId }) => {
      const { row, session, refusal } = await bookingToBecome(write, bookingId, 'CANCELLED');
      if (refusal) return refusal;
      if (hasBegun(session, write))
        return {
          __typename: 'InvalidTransition',
          message:
            '场次已开始，预约不能再取消。 The session has begun; its bookings can no longer be cancelled.',
          from: row.status,
          to: 'CANCELLED',
        };
      const cancelled = await changeWithEvent(write, row, {
        status: 'CANCELLED',
        waitlistPosition: null,
        cancelledAt: write.now,
      });
      await promoteWaiting(write, session.id);
      return booking(cancelled);
    }),

    checkInBooking: mutation<{ bookingId: string }>('checkInBooking', async (write, { bookingId }) => {
      const { row, session, refusal } = await bookingToBecome(write, bookingId, 'CHECKED_IN');
      if (refusal) return refusal;
      const day = today(new Date(session.startsAt));
      if (day > write.today)
        return {
          __typename: 'CheckInNotOpen',
          message: `该场次在 ${day}，当日才能签到。 The session is on ${day}; check-in is on the day.`,
          opensOn: day,
        };
      return booking(await changeWithEvent(write, row, { status: 'CHECKED_IN', checkedInAt: write.now }));
    }),

    markNoShow: mutation<{ bookingId: string }>('markNoShow', async (write, { bookingId }) => {
      const { row, session, refusal } = await bookingToBecome(write, bookingId, 'NO_SHOW');
      if (refusal) return refusal;
      if (!hasBegun(session, write)) return sessionNotBegun(session);
      return booking(await changeWithEvent(write, row, { status: 'NO_SHOW' }));
    }),
  },
};

const alreadyBooked = (existing: Booking): Written => ({
  __typename: 'AlreadyBooked',
  message: '此人已预约该场次。 This person has booked this session already.',
  booking: booking(existing),
});
