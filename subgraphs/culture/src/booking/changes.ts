// Changes of bookings that other mutations cause: the waiting list moves up, or the session is cancelled.
import type { MutationContext } from '@district-graph/kit/mutations/mutation';
import { sessions } from '../session/store.ts';
import { bookings, closeRanks, lockExpecting, lockWaiting } from './store.ts';

/**
 * Gives free seats to the head of the waiting list, then to those behind it in order, as long as all seats of each
 * booking fit: no booking overtakes another. The session is locked already, so no seat is assigned twice.
 */
export async function promoteWaiting(context: MutationContext, sessionId: string): Promise<void> {
  const session = await sessions.lockForUpdate(context, 'sessionId', sessionId);
  if (session.waitlistLength === 0) return;
  let seatsLeft = session.capacity - session.seatsTaken;
  for (const booking of await lockWaiting(context.sql, sessionId, seatsLeft)) {
    if (booking.seats > seatsLeft) break;
    await bookings.transition(context, booking, { status: 'CONFIRMED', waitlistPosition: null });
    seatsLeft -= booking.seats;
  }
  await closeRanks(context.sql, sessionId);
}

/**
 * Cancels the bookings that still expect a seat in a session that will not take place. Those already checked in
 * stay.
 */
export async function cancelBookingsOf(context: MutationContext, sessionId: string): Promise<void> {
  for (const booking of await lockExpecting(context.sql, sessionId))
    await bookings.transition(context, booking, {
      status: 'CANCELLED',
      waitlistPosition: null,
      cancelledAt: context.now,
    });
}

/**
 * Emits an event of the session, so that its subscribers see the new seat count and waiting list. The session is
 * locked.
 */
export async function recordSeatChange(context: MutationContext, sessionId: string): Promise<void> {
  const { id, divisionCode, status, seatsTaken, waitlistLength } = await sessions.lockForUpdate(
    context,
    'sessionId',
    sessionId,
  );
  await context.record({
    entityType: 'Session',
    entityId: id,
    divisionCode,
    from: status,
    to: status,
    detail: { seatsTaken, waitlistLength },
  });
}
