import { Keyring } from '@district-graph/kit/encryption/keyring';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkPerson, personKeysOf } from './person-key.ts';
import { countPersonsKeyed, findLiveBooking } from './store.ts';
import { type BookingSubgraph, bookingSubgraph, id, person } from './testing.ts';

let server: BookingSubgraph;
beforeAll(async () => {
  server = await bookingSubgraph({
    Booking: 'id status seats waitlistPosition elder { id } checkedInAt session { id seatsLeft }',
    InvalidTransition: 'message from to',
    AlreadyBooked: 'message booking { id status }',
    CheckInNotOpen: 'message opensOn',
    SessionNotBegun: 'message startsAt',
  });
});
afterAll(() => server.stop());

/** A session of ten seats. */
let sessionId: string;
beforeEach(async () => {
  sessionId = await server.openSession(10);
});

const book = (number: number, seats?: number) => server.book(sessionId, number, seats);
const startSession = () =>
  server.sql`update session set starts_at = now() - interval '10 minutes', ends_at = now() + interval '1 hour' where id = ${sessionId}`;

describe('a booking', () => {
  it('gets seats while there are some, and then waits, with an event for each', async () => {
    const first = await server.write('bookSession', { sessionId, ...person(1), seats: 9 });
    expect(first.result).toMatchObject({
      status: 'CONFIRMED',
      waitlistPosition: null,
      elder: null,
      session: { id: sessionId, seatsLeft: 1 },
    });
    expect(await book(2, 2)).toMatchObject({ status: 'WAITLISTED', waitlistPosition: 1 });
    // One seat is free, but not given past the head of the list.
    const third = await book(3);
    expect(third).toMatchObject({ status: 'WAITLISTED', waitlistPosition: 2 });
    expect(await eventsOf(server, first.result.id)).toEqual([
      { action: 'bookSession', fromStatus: null, toStatus: 'CONFIRMED' },
    ]);
    expect(await eventsOf(server, third.id)).toEqual([
      { action: 'bookSession', fromStatus: null, toStatus: 'WAITLISTED' },
    ]);
    expect(await server.recount()).toHaveLength(0);
  });

  it('is for an elder, or for a person of whom only a keyed hash is stored', async () => {
    const elder = await server.write('bookSession', { sessionId, elderId: id(9) });
    expect(elder.result.elder).toEqual({ id: id(9) });
    await book(1);
    const rows = await server.sql<{ personKey: string }[]>`
      select * from booking where session_id = ${sessionId}`;
    for (const { personKey } of rows) expect(personKey).toMatch(/^development\.[\w-]{43}$/);
    expect(JSON.stringify([rows, await server.sql`select * from change_event`])).not.toContain('示例');
  });

  it('is one per person, however the name is spaced and the number written', async () => {
    const first = await book(12345678);
    for (const change of [
      {},
      { name: ' 示例 12345678' },
      { phone: '+86 000-1234 5678' },
      { phone: '００012345678' },
    ]) {
      const { result } = await server.write('bookSession', { sessionId, ...person(12345678), ...change });
      expect(result).toMatchObject({
        __typename: 'AlreadyBooked',
        booking: { id: first.id, status: 'CONFIRMED' },
      });
      expect(result.message).toMatch(/\p{Script=Han}.*[a-z]/u);
    }
    expect(
      (await server.write('bookSession', { sessionId, ...person(2), name: '示例12345678' })).result.status,
    ).toBe('CONFIRMED');
    await server.write('cancelBooking', { bookingId: first.id });
    expect((await book(12345678)).status).toBe('CONFIRMED');
  });

  it('is refused once the session has started, is held or cancelled', async () => {
    const changes = [
      `starts_at = now() - interval '1 minute'`,
      `status = 'HELD', attended = 1`,
      `status = 'CANCELLED'`,
    ];
    for (const change of changes) {
      sessionId = await server.openSession(10);
      await server.sql.unsafe(`update session set ${change} where id = '${sessionId}'`);
      const { result } = await server.write('bookSession', { sessionId, ...person(1) });
      expect(result.__typename).toBe('SessionClosed');
      expect(result.message).toMatch(/\p{Script=Han}.*[a-z]/u);
    }
  });

  it('names one person, an existing session and an allowed number of seats', async () => {
    const nobody = [
      {},
      { name: '示例' },
      { phone: '0001234567' },
      { name: '示例', phone: '12' },
      { name: ' ', phone: '0001234567' },
      { elderId: id(9), ...person(1) },
    ];
    for (const input of nobody)
      expect((await server.write('bookSession', { sessionId, ...input })).code).toBe('BAD_USER_INPUT');
    for (const seats of [0, 11])
      expect((await server.write('bookSession', { sessionId, ...person(1), seats })).code).toBe(
        'BAD_USER_INPUT',
      );
    sessionId = await server.openSession(4);
    expect((await server.write('bookSession', { sessionId, ...person(1), seats: 5 })).code).toBe(
      'BAD_USER_INPUT',
    );
    expect((await server.write('bookSession', { sessionId: 'x', ...person(1) })).code).toBe('NO_SUCH_RECORD');
    expect((await server.write('bookSession', { sessionId, elderId: 'x' })).code).toBe('NO_SUCH_RECORD');
    expect((await server.write('cancelBooking', { bookingId: id(1) })).code).toBe('NO_SUCH_RECORD');
  });

  it('has one effect and one answer per idempotency key, also when both requests arrive at once', async () => {
    const input = { sessionId, ...person(1), idempotencyKey: `k-${sessionId}` };
    const answers = await Promise.all(Array.from({ length: 5 }, () => server.write('bookSession', input)));
    expect(new Set(answers.map(({ result }) => result.id)).size).toBe(1);
    expect(new Set(answers.map(({ result }) => result.__typename))).toEqual(new Set(['Booking']));
    expect(await eventsOf(server, answers[0]?.result.id)).toHaveLength(1);
  });
});

describe('a booking afterwards', () => {
  it('is checked in on the day, not before; it can be marked as not attended once the session has started', async () => {
    const [first, second] = [await book(1), await book(2)];
    await server.sql`update session set starts_at = now() + interval '2 days', ends_at = now() + interval '3 days' where id = ${sessionId}`;
    const early = await server.write('checkInBooking', { bookingId: first.id });
    expect(early.result.__typename).toBe('CheckInNotOpen');
    const absent = await server.write('markNoShow', { bookingId: second.id });
    expect(absent.result.__typename).toBe('SessionNotBegun');
    await startSession();
    const came = await server.write('checkInBooking', { bookingId: first.id });
    expect(came.result).toMatchObject({ status: 'CHECKED_IN', session: { seatsLeft: 8 } });
    expect(came.result.checkedInAt).toMatch(/\+08:00$/);
    const missed = await server.write('markNoShow', { bookingId: second.id });
    expect(missed.result).toMatchObject({ status: 'NO_SHOW', session: { seatsLeft: 8 } });
    expect((await server.write('checkInBooking', { bookingId: second.id })).result.status).toBe('CHECKED_IN');
    expect((await eventsOf(server, second.id)).map(({ toStatus }) => toStatus)).toEqual([
      'CONFIRMED',
      'NO_SHOW',
      'CHECKED_IN',
    ]);
    expect(await server.recount()).toHaveLength(0);
  });

  it('refuses invalid transitions, and is not cancelled once the session has started', async () => {
    const [first, second] = [await book(1, 10), await book(2)];
    const unready = await server.write('checkInBooking', { bookingId: second.id });
    expect(unready.result).toMatchObject({ from: 'WAITLISTED', to: 'CHECKED_IN' });
    await server.write('cancelBooking', { bookingId: second.id });
    const again = await server.write('cancelBooking', { bookingId: second.id });
    expect(again.result).toMatchObject({ from: 'CANCELLED', to: 'CANCELLED' });
    await startSession();
    const late = await server.write('cancelBooking', { bookingId: first.id });
    expect(late.result).toMatchObject({
      __typename: 'InvalidTransition',
      from: 'CONFIRMED',
      to: 'CANCELLED',
    });
    expect((await server.write('markNoShow', { bookingId: second.id })).result.from).toBe('CANCELLED');
    expect(await eventsOf(server, first.id)).toHaveLength(1);
    expect(await eventsOf(server, second.id)).toHaveLength(2);
  });
});

describe('a person after a key rotation', () => {
  const ring = (...ids: string[]) => new Keyring(new Map(ids.map((key) => [key, Buffer.alloc(32, key)])));
  const checked = checkPerson({ name: '示例一', phone: '00000000001' });

  it('is recognized by a booking under an earlier key, and not without that key', async () => {
    await book(1);
    const [row] = await server.sql<{ id: string }[]>`select id from booking where session_id = ${sessionId}`;
    const [earlier] = personKeysOf(ring('one'), checked);
    await server.sql`update booking set person_key = ${earlier} where id = ${row?.id ?? ''}`;
    const found = async (keyring: Keyring) =>
      (await findLiveBooking(server.sql, sessionId, personKeysOf(keyring, checked)))?.id;
    expect(await found(ring('two', 'one'))).toBe(row?.id);
    expect(await found(ring('two'))).toBeUndefined();
    expect(await countPersonsKeyed(server.sql, ['one'])).toMatchObject({
      count: 1,
      until: expect.stringContaining('+08:00'),
    });
    expect(await countPersonsKeyed(server.sql, ['none'])).toMatchObject({ count: 0, until: null });
  });
});

describe('a citizen', () => {
  const citizen = (sub: string, elder?: string) =>
    headersOf({ sub, roles: ['resident'], divisions: ['410105'], elder });
  const elderId = '01a1fc14-c3c1-7069-8000-00000000e1de';
  const own = { elderId };

  it('cancels their own bookings, and those of the elder that they are', async () => {
    const mine = await server.write('bookSession', { sessionId, ...person(1) }, await citizen('one'));
    // The refusal names the booking to the person who made it.
    expect(mine.result).toMatchObject({ status: 'CONFIRMED' });
    const cancelled = await server.write(
      'cancelBooking',
      { bookingId: mine.result.id },
      await citizen('one'),
    );
    expect(cancelled.result).toMatchObject({ status: 'CANCELLED' });
    const { result } = await server.write('bookSession', { sessionId, ...own });
    const byElder = await server.write(
      'cancelBooking',
      { bookingId: result.id },
      await citizen('two', elderId),
    );
    expect(byElder.result).toMatchObject({ status: 'CANCELLED' });
  });

  it('cannot cancel, check in or mark bookings of others, nor learn their status', async () => {
    const { id: bookingId } = await book(7);
    for (const action of ['cancelBooking', 'checkInBooking', 'markNoShow']) {
      const { code } = await server.write(action, { bookingId }, await citizen('two', elderId));
      expect([action, code]).toEqual([action, 'FORBIDDEN']);
    }
    expect((await server.stateOf(bookingId))[0]).toBe('CONFIRMED');
  });

  it('cannot check themselves in', async () => {
    const mine = await server.write('bookSession', { sessionId, ...person(1) }, await citizen('one'));
    const { code } = await server.write(
      'checkInBooking',
      { bookingId: mine.result.id },
      await citizen('one'),
    );
    expect(code).toBe('FORBIDDEN');
  });

  it('cannot book for an elder other than themselves', async () => {
    const attempt = async (elder?: string) => {
      const { result, code } = await server.write(
        'bookSession',
        { sessionId, ...own },
        await citizen('one', elder),
      );
      return code ?? result.status;
    };
    expect([await attempt(), await attempt(elderId.replace('e1de', 'e1df')), await attempt(elderId)]).toEqual(
      ['FORBIDDEN', 'FORBIDDEN', 'CONFIRMED'],
    );
  });
});
