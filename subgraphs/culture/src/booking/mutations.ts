// Mutations of bookings: book, cancel, check in, mark as no-show. Each locks the session first, then the booking.

import { missingScopeError } from '@district-graph/kit/access/missing-scope';
import { today } from '@district-graph/kit/calendar';
import { districtCodeOf } from '@district-graph/kit/divisions/divisions';
import type { Bilingual } from '@district-graph/kit/errors';
import { hasPermission, owns } from '@district-graph/kit/identity/viewer';
import type { Resolvers } from '@district-graph/kit/loaders';
import { checkInteger } from '@district-graph/kit/mutations/checks';
import {
  type MutationContext,
  type MutationResult,
  mutation,
  required,
} from '@district-graph/kit/mutations/mutation';
import { defineRefusal } from '@district-graph/kit/mutations/refusals';
import { invalidTransition } from '@district-graph/kit/mutations/transitions';
import { hasStarted, sessionClosed, sessionNotStarted } from '../session/refusals.ts';
import { sessions } from '../session/store.ts';
import { promoteWaiting, recordSeatChange } from './changes.ts';
import { checkPerson, type Person, personKeysOf } from './person-key.ts';
import { bookings, findBooking, findLiveBooking, lockTotalsOfViewer, nextWaitlistPosition } from './store.ts';
import type { Booking } from './tables.ts';

const maxSeats = 10;
/** How many coming sessions a viewer without booking:read may have booked at once. */
const maxUpcoming = 20;

/**
 * Locks the booking and its session until the transaction ends; returns the refusal if the booking may not change
 * to `to`.
 */
async function lockForTransition(context: MutationContext, id: string, to: Booking['status']) {
  const { sessionId } = required(await findBooking(context.sql, id), 'bookingId', id);
  const session = await sessions.lockForUpdate(context, 'sessionId', sessionId);
  return { session, ...(await bookings.checkTransition(context, 'bookingId', id, to)) };
}

/** Staff who may read the bookings of this division manage them for everyone. */
const isKeeper = ({ viewer }: MutationContext, { divisionCode }: { divisionCode: string }) =>
  hasPermission(viewer, 'booking:read', divisionCode);

/** Citizens may cancel the bookings that they made, and those of the elder that they are. */
function checkOwnedByViewer(context: MutationContext, booking: Booking): void {
  if (!isKeeper(context, booking) && !owns(context.viewer, booking))
    throw missingScopeError('booking:read', districtCodeOf(booking.divisionCode));
}

/**
 * The refusal of more seats for a viewer who books for themselves, whatever names they enter; null if allowed.
 * Limits the seats per session and the number of coming sessions.
 */
async function limitRefusal(
  context: MutationContext,
  sessionId: string,
  requested: number,
): Promise<MutationResult | null> {
  const { seats, upcoming } = await lockTotalsOfViewer(context.sql, context.viewer.id, sessionId);
  if (upcoming >= maxUpcoming)
    return bookingLimitReached(0, {
      zh: `每人最多同时预约 ${maxUpcoming} 个未开始的场次；可取消后再约，或请场馆代约。`,
      en: `One person may have bookings for at most ${maxUpcoming} upcoming sessions; cancel one, or let the venue book.`,
    });
  if (seats + requested <= maxSeats) return null;
  return bookingLimitReached(maxSeats - seats, {
    zh: `每人每场最多 ${maxSeats} 个名额，以任何姓名预约均计入，已约 ${seats} 个；可请场馆代约。`,
    en: `One person may book at most ${maxSeats} seats of a session, under any name, and has booked ${seats}; let the venue book for others.`,
  });
}

const bookingLimitReached = defineRefusal('BookingLimitReached', (seatsLeft: number, text: Bilingual) => ({
  ...text,
  fields: { seatsLeft },
}));

function checkKeeper(context: MutationContext, booking: Booking): void {
  if (!isKeeper(context, booking))
    throw missingScopeError('booking:read', districtCodeOf(booking.divisionCode));
}

interface BookSession extends Person {
  sessionId: string;
  seats?: number | null;
}

export const bookingMutations: Resolvers = {
  Mutation: {
    bookSession: mutation<BookSession>('bookSession', async (context, { sessionId, seats, ...person }) => {
      const requested = seats ?? 1;
      const personKeys = personKeysOf(context.keyring, checkPerson(person));
      // The session is locked: seats that are free now stay free until this booking takes them.
      const session = await sessions.lockForUpdate(context, 'sessionId', sessionId);
      // Only the elder in person or staff may book for an elder; the name entered cannot be verified.
      if (person.elderId && person.elderId !== context.viewer.elderId && !isKeeper(context, session))
        throw missingScopeError('booking:read', districtCodeOf(session.divisionCode));
      if (session.status !== 'SCHEDULED' || hasStarted(session, context)) return sessionClosed(session);
      const most = Math.min(maxSeats, session.capacity);
      checkInteger('seats', requested, 1, most);
      const existing = await findLiveBooking(context.sql, session.id, personKeys);
      if (existing)
        return alreadyBooked(isKeeper(context, session) || owns(context.viewer, existing) ? existing : null);
      const ownedBy = isKeeper(context, session) ? null : context.viewer.id;
      const refusal = ownedBy && (await limitRefusal(context, session.id, requested));
      if (refusal) return refusal;
      // Seats that are free while others wait are too few for the head of the list; a new booking does not overtake
      // it.
      const fits = session.waitlistLength === 0 && session.seatsTaken + requested <= session.capacity;
      const booking = await bookings.register(context, {
        divisionCode: session.divisionCode,
        sessionId: session.id,
        elderId: person.elderId ?? null,
        personKey: personKeys[0],
        ownedBy,
        status: fits ? 'CONFIRMED' : 'WAITLISTED',
        seats: requested,
        waitlistPosition: fits ? null : await nextWaitlistPosition(context.sql, session.id),
        bookedAt: context.now,
      });
      await recordSeatChange(context, session.id);
      return booking;
    }),

    cancelBooking: mutation<{ bookingId: string }>('cancelBooking', async (context, { bookingId }) => {
      const { row, session, refusal } = await lockForTransition(context, bookingId, 'CANCELLED');
      checkOwnedByViewer(context, row);
      if (refusal) return refusal;
      if (hasStarted(session, context))
        return invalidTransition(row.status, 'CANCELLED', {
          zh: '场次已开始，预约不能再取消。',
          en: 'The session has started; its bookings can no longer be cancelled.',
        });
      const cancelled = await bookings.transition(context, row, {
        status: 'CANCELLED',
        waitlistPosition: null,
        cancelledAt: context.now,
      });
      await promoteWaiting(context, session.id);
      await recordSeatChange(context, session.id);
      return cancelled;
    }),

    checkInBooking: mutation<{ bookingId: string }>('checkInBooking', async (context, { bookingId }) => {
      const { row, session, refusal } = await lockForTransition(context, bookingId, 'CHECKED_IN');
      checkKeeper(context, row);
      if (refusal) return refusal;
      const day = today(new Date(session.startsAt));
      if (day > context.today) return checkInNotOpen(day);
      return bookings.transition(context, row, { status: 'CHECKED_IN', checkedInAt: context.now });
    }),

    markNoShow: mutation<{ bookingId: string }>('markNoShow', async (context, { bookingId }) => {
      const { row, session, refusal } = await lockForTransition(context, bookingId, 'NO_SHOW');
      checkKeeper(context, row);
      if (refusal) return refusal;
      if (!hasStarted(session, context)) return sessionNotStarted(session);
      return bookings.transition(context, row, { status: 'NO_SHOW' });
    }),
  },
};

const checkInNotOpen = defineRefusal('CheckInNotOpen', (opensOn: string) => ({
  zh: `该场次在 ${opensOn}，当日才能签到。`,
  en: `The session is on ${opensOn}; check in on that day.`,
  fields: { opensOn },
}));

const alreadyBooked = defineRefusal('AlreadyBooked', (existing: Booking | null) => ({
  zh: '此人已预约该场次；如需更改名额，请先取消原预约。',
  en: 'This person has booked the session already; to change the seats, cancel that booking first.',
  fields: { booking: existing && bookings.resultOf(existing) },
}));
