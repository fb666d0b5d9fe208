// Bookings: made, cancelled, checked in, and marked when nobody came. Each holds the session first, then the booking.
import { forbidden } from '@district-graph/kit/access/access-rules';
import { today } from '@district-graph/kit/calendar';
import { hasPermission } from '@district-graph/kit/identity/viewer';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkWhole } from '@district-graph/kit/mutations/checks';
import {
  type MutationContext,
  type MutationResult,
  mutation,
  required,
} from '@district-graph/kit/mutations/writes';
import { hasBegun, sessionClosed, sessionNotBegun } from '../session/refusals.ts';
import { sessions } from '../session/store.ts';
import { promoteWaiting, tellSeats } from './changes.ts';
import { checkPerson, type Person, personKeysOf } from './person-key.ts';
import { bookings, findBooking, findHolding, findLiveBooking, nextWaitlistPosition } from './store.ts';
import type { Booking } from './tables.ts';

const maxSeats = 10;
/** Sessions to come of which one who keeps no bookings may have some at once. */
const maxUpcoming = 20;

/** The booking and its session, held until the write ends, and the refusal if the booking may not become `to`. */
async function bookingToBecome(write: MutationContext, id: string, to: Booking['status']) {
  const { sessionId } = required(await findBooking(write.sql, id), 'bookingId', id);
  const session = await sessions.lockForUpdate(write, 'sessionId', sessionId);
  return { session, ...(await bookings.checkTransition(write, 'bookingId', id, to)) };
}

/** Who sees bookings here keeps them for everybody. */
const isKeeper = ({ viewer }: MutationContext, { divisionCode }: { divisionCode: string }) =>
  hasPermission(viewer, 'booking:read', divisionCode);

const isOwn = ({ viewer, caller }: MutationContext, { elderId, ownedBy }: Booking): boolean =>
  (elderId !== null && elderId === viewer.elderId) || ownedBy === caller;

/** A citizen cancels what is theirs: the elder that they are has it, or they have made it. */
function checkOwn(write: MutationContext, booking: Booking): void {
  if (!isKeeper(write, booking) && !isOwn(write, booking))
    throw forbidden('booking:read', booking.divisionCode.slice(0, 6));
}

/** Why somebody who books for themselves gets no more, under whatever names; null when they may. Seats of one booking, and sessions to come. */
async function refusedMore(
  write: MutationContext,
  sessionId: string,
  wanted: number,
): Promise<MutationResult | null> {
  const { seats, upcoming } = await findHolding(write.sql, write.caller, sessionId);
  if (upcoming >= maxUpcoming)
    return {
      __typename: 'BookingLimitReached',
      message: `每人最多同时预约 ${maxUpcoming} 个未开始的场次；可取消后再约，或请场馆代约。 One person has bookings of at most ${maxUpcoming} sessions to come; cancel one, or let the venue book.`,
      seatsLeft: 0,
    };
  if (seats + wanted <= maxSeats) return null;
  return {
    __typename: 'BookingLimitReached',
    message: `每人每场最多 ${maxSeats} 个名额，以何人之名均计入，已约 ${seats} 个；可请场馆代约。 One person books at most ${maxSeats} seats of a session, under whatever names, and has ${seats}; let the venue book for others.`,
    seatsLeft: maxSeats - seats,
  };
}

function checkKeeper(write: MutationContext, booking: Booking): void {
  if (!isKeeper(write, booking)) throw forbidden('booking:read', booking.divisionCode.slice(0, 6));
}

interface BookSession extends Person {
  sessionId: string;
  seats?: number | null;
}

export const bookingMutations: Resolvers = {
  Mutation: {
    bookSession: mutation<BookSession>('bookSession', async (write, { sessionId, seats, ...person }) => {
      const wanted = seats ?? 1;
      const personKeys = personKeysOf(write.keyring, checkPerson(person));
      // Held: what is free now is free until this booking has it.
      const session = await sessions.lockForUpdate(write, 'sessionId', sessionId);
      // An elder is booked for by themselves or by who keeps bookings; whose name it is that is given, nobody can tell.
      if (person.elderId && person.elderId !== write.viewer.elderId && !isKeeper(write, session))
        throw forbidden('booking:read', session.divisionCode.slice(0, 6));
      if (session.status !== 'SCHEDULED' || hasBegun(session, write)) return sessionClosed(session);
      const most = Math.min(maxSeats, session.capacity);
      checkWhole('seats', wanted, 1, most);
      const existing = await findLiveBooking(write.sql, session.id, personKeys);
      if (existing)
        return alreadyBooked(isKeeper(write, session) || isOwn(write, existing) ? existing : null);
      const ownedBy = isKeeper(write, session) ? null : write.caller;
      const refusal = ownedBy && (await refusedMore(write, session.id, wanted));
      if (refusal) return refusal;
      // Seats that are free while somebody waits are too few for the head of the list; a newcomer does not overtake.
      const fits = session.waitlistLength === 0 && session.seatsTaken + wanted <= session.capacity;
      const booking = await bookings.register(write, {
        divisionCode: session.divisionCode,
        sessionId: session.id,
        elderId: person.elderId ?? null,
        personKey: personKeys[0],
        ownedBy,
        status: fits ? 'CONFIRMED' : 'WAITLISTED',
        seats: wanted,
        waitlistPosition: fits ? null : await nextWaitlistPosition(write.sql, session.id),
        bookedAt: write.now,
      });
      await tellSeats(write, session.id);
      return booking;
    }),

    cancelBooking: mutation<{ bookingId: string }>('cancelBooking', async (write, { bookingId }) => {
      const { row, session, refusal } = await bookingToBecome(write, bookingId, 'CANCELLED');
      checkOwn(write, row);
      if (refusal) return refusal;
      if (hasBegun(session, write))
        return {
          __typename: 'InvalidTransition',
          message:
            '场次已开始，预约不能再取消。 The session has begun; its bookings can no longer be cancelled.',
          from: row.status,
          to: 'CANCELLED',
        };
      const cancelled = await bookings.transition(write, row, {
        status: 'CANCELLED',
        waitlistPosition: null,
        cancelledAt: write.now,
      });
      await promoteWaiting(write, session.id);
      await tellSeats(write, session.id);
      return cancelled;
    }),

    checkInBooking: mutation<{ bookingId: string }>('checkInBooking', async (write, { bookingId }) => {
      const { row, session, refusal } = await bookingToBecome(write, bookingId, 'CHECKED_IN');
      checkKeeper(write, row);
      if (refusal) return refusal;
      const day = today(new Date(session.startsAt));
      if (day > write.today)
        return {
          __typename: 'CheckInNotOpen',
          message: `该场次在 ${day}，当日才能签到。 The session is on ${day}; check-in is on the day.`,
          opensOn: day,
        };
      return bookings.transition(write, row, { status: 'CHECKED_IN', checkedInAt: write.now });
    }),

    markNoShow: mutation<{ bookingId: string }>('markNoShow', async (write, { bookingId }) => {
      const { row, session, refusal } = await bookingToBecome(write, bookingId, 'NO_SHOW');
      checkKeeper(write, row);
      if (refusal) return refusal;
      if (!hasBegun(session, write)) return sessionNotBegun(session);
      return bookings.transition(write, row, { status: 'NO_SHOW' });
    }),
  },
};

const alreadyBooked = (existing: Booking | null): MutationResult => ({
  __typename: 'AlreadyBooked',
  message: '此人已预约该场次。 This person has booked this session already.',
  booking: existing && bookings.written(existing),
});
