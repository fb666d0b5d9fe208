// The waiting list of a session moves up when seats become free.
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BookingSubgraph, bookingSubgraph } from './testing.ts';

let server: BookingSubgraph;
beforeAll(async () => {
  server = await bookingSubgraph({ Booking: 'id status waitlistPosition' });
});
afterAll(() => server.stop());

/** A session of ten seats. */
let sessionId: string;
beforeEach(async () => {
  sessionId = await server.openSession(10);
});

const book = (number: number, seats?: number) => server.book(sessionId, number, seats);

const waitingPositions = async () => {
  const rows = await server.sql<{ waitlistPosition: number }[]>`
    select waitlist_position from booking
    where session_id = ${sessionId} and status = 'WAITLISTED' order by waitlist_position`;
  return rows.map(({ waitlistPosition }) => waitlistPosition);
};

describe('the waiting list', () => {
  it('moves up in order as far as the seats fit, each booking once', async () => {
    const [six, four] = [await book(1, 6), await book(2, 4)];
    const [two, three, one] = [await book(3, 2), await book(4, 3), await book(5, 1)];
    await server.write('cancelBooking', { bookingId: four.id });
    // Two seats fit into four, three more do not; the booking behind waits.
    expect(await server.stateOf(two.id)).toEqual(['CONFIRMED', null]);
    expect(await server.stateOf(three.id)).toEqual(['WAITLISTED', 1]);
    expect(await server.stateOf(one.id)).toEqual(['WAITLISTED', 2]);
    await server.write('cancelBooking', { bookingId: six.id });
    expect(await server.stateOf(three.id)).toEqual(['CONFIRMED', null]);
    expect(await server.stateOf(one.id)).toEqual(['CONFIRMED', null]);
    expect(await eventsOf(server, three.id)).toEqual([
      { action: 'bookSession', fromStatus: null, toStatus: 'WAITLISTED' },
      { action: 'cancelBooking', fromStatus: 'WAITLISTED', toStatus: 'CONFIRMED' },
    ]);
    expect(await server.recount()).toHaveLength(0);
  });

  it('closes the gap when someone leaves it, and admits the next when the head that did not fit leaves', async () => {
    await book(1, 9);
    const [two, three, one] = [await book(2, 2), await book(3, 3), await book(4, 1)];
    await server.write('cancelBooking', { bookingId: three.id });
    expect(await server.stateOf(one.id)).toEqual(['WAITLISTED', 2]);
    await server.write('cancelBooking', { bookingId: two.id });
    expect(await server.stateOf(one.id)).toEqual(['CONFIRMED', null]);
    expect(await book(5)).toMatchObject({ status: 'WAITLISTED', waitlistPosition: 1 });
  });
});

describe('two hundred concurrent bookings of a session with ten seats', () => {
  it('confirm ten and queue 190 in order; as many concurrent cancellations admit as many, each once', async () => {
    const bookings = await Promise.all(Array.from({ length: 200 }, (_, number) => book(number)));
    const confirmed = bookings.filter(({ status }) => status === 'CONFIRMED');
    expect(confirmed).toHaveLength(10);
    const positions = bookings.flatMap(({ waitlistPosition }) => waitlistPosition ?? []);
    expect(positions.sort((a, b) => a - b)).toEqual(Array.from({ length: 190 }, (_, index) => index + 1));

    await Promise.all(confirmed.map(({ id: bookingId }) => server.write('cancelBooking', { bookingId })));
    const nowIn = await server.sql<{ id: string }[]>`
      select id from booking where session_id = ${sessionId} and status = 'CONFIRMED'`;
    const heads = bookings.filter(({ waitlistPosition }) => waitlistPosition && waitlistPosition <= 10);
    expect(nowIn.map((row) => row.id).sort()).toEqual(heads.map((head) => head.id).sort());
    const promotions = await server.sql`
      select from change_event where from_status = 'WAITLISTED' and to_status = 'CONFIRMED'
        and detail ->> 'sessionId' = ${sessionId}`;
    expect(promotions).toHaveLength(10);
    expect(await waitingPositions()).toEqual(Array.from({ length: 180 }, (_, index) => index + 1));
    const [session] = await server.sql`
      select seats_taken, waitlist_length from session where id = ${sessionId}`;
    expect(session).toEqual({ seatsTaken: 10, waitlistLength: 180 });
    expect(await server.recount()).toHaveLength(0);
  }, 60_000);

  it('stay within the seats while others cancel and book', async () => {
    const first = await Promise.all(Array.from({ length: 12 }, (_, number) => book(number, 3)));
    await Promise.all([
      ...first.map(({ id: bookingId }) => server.write('cancelBooking', { bookingId })),
      ...Array.from({ length: 12 }, (_, number) => book(100 + number, 2)),
    ]);
    const [session] = await server.sql`
      select seats_taken, waitlist_length from session where id = ${sessionId}`;
    expect(session).toEqual({ seatsTaken: 10, waitlistLength: 7 });
    expect(await waitingPositions()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await server.recount()).toHaveLength(0);
  });
});
