// What happens to bookings by other ways than their own mutations: the waiting list moves up, a session is cancelled.
import type { MutationContext } from '@district-graph/kit/mutations/writes';
import { sessions } from '../session/store.ts';
import { bookings, closeRanks, lockExpecting, lockWaiting } from './store.ts';

/**
 * Gives the seats that are free to the head of the waiting list, and to those behind it in their order as far as all
 * the seats of each fit: nobody is overtaken. The session is held already, so that no seat is given twice.
 */
export async function promoteWaiting(write: MutationContext, sessionId: string): Promise<void> {
  const session = await sessions.lockForUpdate(write, 'sessionId', sessionId);
  if (session.waitlistLength === 0) return;
  let seatsLeft = session.capacity - session.seatsTaken;
  for (const booking of await lockWaiting(write.sql, sessionId, seatsLeft)) {
    if (booking.seats > seatsLeft) break;
    await bookings.transition(write, booking, { status: 'CONFIRMED', waitlistPosition: null });
    seatsLeft -= booking.seats;
  }
  await closeRanks(write.sql, sessionId);
}

/** Cancels what still expects a seat in a session that will not take place; who has been let in has been there. */
export async function cancelBookingsOf(write: MutationContext, sessionId: string): Promise<void> {
  for (const booking of await lockExpecting(write.sql, sessionId))
    await bookings.transition(write, booking, {
      status: 'CANCELLED',
      waitlistPosition: null,
      cancelledAt: write.now,
    });
}

/** Who follows a session hears of its seats and its waiting list too. The session is held. */
export async function tellSeats(write: MutationContext, sessionId: string): Promise<void> {
  const { id, divisionCode, status, seatsTaken, waitlistLength } = await sessions.lockForUpdate(
    write,
    'sessionId',
    sessionId,
  );
  await write.record({
    entityType: 'Session',
    entityId: id,
    divisionCode,
    from: status,
    to: status,
    detail: { seatsTaken, waitlistLength },
  });
}
