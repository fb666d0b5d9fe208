import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    Session:
      'id status version capacity seatsLeft attended cancelReason place startsAt venue { id } activity { id }',
    Booking: 'id status',
    Venue: 'id',
    InvalidTransition: 'message from to',
    VersionConflict: 'message current seen',
    VenueTaken: 'message conflictingSession { id }',
    VenueTooSmall: 'message venueCapacity',
    SeatsTaken: 'message seatsTaken',
    SessionNotBegun: 'message startsAt',
  });
  await server.sql`insert into activity (id, division_code, title, category, audience, organiser)
    values (${id(1)}, '410105007', '示例', 'LECTURE', 'ELDERLY', '示例')`;
  const home = { longitude: 113.6, latitude: 34.8, service_centre_id: id(8), kind: 'HALL' };
  await server.sql`insert into venue ${server.sql([
    { id: id(2), division_code: '410105007', name: '示例厅', capacity: 40, ...home },
    { id: id(3), division_code: '410105007', name: '示例室', capacity: 20, ...home },
    {
      id: '01a1fc14-c3c1-7068-8000-000000000004',
      division_code: '410104001',
      name: '外区厅',
      capacity: 40,
      ...home,
    },
  ])}`;
});
afterAll(() => server.stop());
beforeEach(async () => {
  await server.sql`delete from booking`;
  await server.sql`delete from session`;
});

const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;
const tomorrow = (hour: number) => {
  const day = new Date(Date.now() + 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10);
  return `${day}T${String(hour).padStart(2, '0')}:00:00+08:00`;
};

const plan = { activityId: id(1), venueId: id(2), startsAt: tomorrow(9), endsAt: tomorrow(11) };
async function scheduled(input = {}): Promise<string> {
  const { result } = await server.write('scheduleSession', { ...plan, ...input });
  return result.id;
}
const startSession = (sessionId: string) =>
  server.sql`update session set starts_at = now() - interval '10 minutes', ends_at = now() + interval '1 hour' where id = ${sessionId}`;
const book = async (sessionId: string, number: number, seats = 1) => {
  const name = { name: `示例${number}`, phone: `0000000${String(number).padStart(4, '0')}` };
  return (await server.write('bookSession', { sessionId, ...name, seats })).result;
};
const recount = () => server.sql`select * from tally_recount()`;

describe('a session', () => {
  it('is scheduled in a venue, moved, and held, with an event for each', async () => {
    const { result } = await server.write('scheduleSession', plan);
    expect(result).toMatchObject({
      status: 'SCHEDULED',
      version: 1,
      capacity: 40,
      place: '示例厅',
      venue: { id: id(2) },
      activity: { id: id(1) },
      startsAt: plan.startsAt,
    });
    const sessionId = result.id;
    const change = {
      sessionId,
      venueId: id(3),
      capacity: 15,
      startsAt: tomorrow(14),
      endsAt: tomorrow(15),
    };
    const moved = await server.write('rescheduleSession', { ...change, version: 1 });
    expect(moved.result).toMatchObject({
      version: 2,
      capacity: 15,
      place: '示例室',
      venue: { id: id(3) },
      startsAt: tomorrow(14),
    });
    await startSession(sessionId);
    const recorded = await server.write('recordSessionHeld', { sessionId, attended: 12 });
    expect(recorded.result).toMatchObject({ status: 'HELD', attended: 12 });
    expect(await eventsOf(server, sessionId)).toEqual([
      { action: 'scheduleSession', fromStatus: null, toStatus: 'SCHEDULED' },
      { action: 'rescheduleSession', fromStatus: 'SCHEDULED', toStatus: 'SCHEDULED' },
      { action: 'recordSessionHeld', fromStatus: 'SCHEDULED', toStatus: 'HELD' },
    ]);
    expect(await recount()).toHaveLength(0);
  });

  it('shows its attendance to the recorder and to viewers of bookings there, and to nobody else', async () => {
    const sessionId = await scheduled();
    await startSession(sessionId);
    const writer = await headersOf({ scopes: ['culture:write'] });
    const { result } = await server.write('recordSessionHeld', { sessionId, attended: 3 }, writer);
    expect(result.attended).toBe(3);
    const attendanceFor = async (bearer: Parameters<typeof headersOf>[0]) =>
      (
        await server.request(
          'query ($id: ID!) { session(id: $id) { attended } }',
          { id: sessionId },
          await headersOf(bearer),
        )
      ).data.session.attended;
    expect(await attendanceFor({ roles: ['venue-manager'], divisions: ['410105'] })).toBe(3);
    expect(await attendanceFor({ roles: ['care-manager'], divisions: ['410105'] })).toBe(3);
    expect(await attendanceFor({ roles: ['venue-manager'], divisions: ['410104'] })).toBeNull();
    expect(await attendanceFor({ roles: ['analyst'] })).toBeNull();
  });

  it('can take place outside of the venues', async () => {
    const elsewhere = {
      divisionCode: '410105001003',
      place: '示例广场',
      location: { longitude: 113.7, latitude: 34.8 },
    };
    const input = { ...plan, venueId: null, elsewhere };
    expect((await server.write('scheduleSession', input)).code).toBe('BAD_USER_INPUT');
    const { result } = await server.write('scheduleSession', { ...input, capacity: 300 });
    expect(result).toMatchObject({ place: '示例广场', venue: null, capacity: 300 });
    expect((await server.write('scheduleSession', { ...plan, elsewhere })).code).toBe('BAD_USER_INPUT');
    expect((await server.write('scheduleSession', { ...input, capacity: 0 })).code).toBe('BAD_USER_INPUT');
    const far = { ...elsewhere, location: { longitude: 34.8, latitude: 113.7 } };
    expect((await server.write('scheduleSession', { ...input, capacity: 3, elsewhere: far })).code).toBe(
      'BAD_USER_INPUT',
    );
  });

  it('is refused in the past, without an end, and for an unknown activity or venue', async () => {
    for (const change of [
      { startsAt: '2020-01-01T09:00:00+08:00' },
      { endsAt: plan.startsAt },
      { endsAt: new Date(Date.parse(plan.startsAt) + 25 * 3_600_000).toISOString() },
      { place: ' ' },
    ])
      expect((await server.write('scheduleSession', { ...plan, ...change })).code).toBe('BAD_USER_INPUT');
    expect((await server.write('scheduleSession', { ...plan, activityId: id(9) })).code).toBe(
      'NO_SUCH_RECORD',
    );
    expect((await server.write('scheduleSession', { ...plan, venueId: id(9) })).code).toBe('NO_SUCH_RECORD');
  });

  it('is not edited from an old version, nor once it has started', async () => {
    const sessionId = await scheduled();
    const edit = { sessionId, version: 1, startsAt: tomorrow(15), endsAt: tomorrow(16) };
    // A concurrent booking is no edit.
    await book(sessionId, 1);
    const answers = await Promise.all([
      server.write('rescheduleSession', edit),
      server.write('rescheduleSession', edit),
    ]);
    expect(answers.map(({ result }) => result.__typename).sort()).toEqual(['Session', 'VersionConflict']);
    expect(answers.find(({ result }) => result.__typename === 'VersionConflict')?.result).toMatchObject({
      current: 2,
      seen: 1,
    });
    await startSession(sessionId);
    expect((await server.write('rescheduleSession', { ...edit, version: 2 })).result.__typename).toBe(
      'SessionClosed',
    );
    expect((await eventsOf(server, sessionId)).map(({ action }) => action)).toEqual([
      'scheduleSession',
      'bookSession',
      'rescheduleSession',
    ]);
  });

  it('refuses invalid transitions, and is not held before it starts', async () => {
    const sessionId = await scheduled();
    const early = await server.write('recordSessionHeld', { sessionId, attended: 3 });
    expect(early.result).toMatchObject({ __typename: 'SessionNotBegun', startsAt: plan.startsAt });
    await startSession(sessionId);
    expect((await server.write('recordSessionHeld', { sessionId, attended: -1 })).code).toBe(
      'BAD_USER_INPUT',
    );
    const counts = await Promise.all(
      [3, 4, 5].map((attended) => server.write('recordSessionHeld', { sessionId, attended })),
    );
    expect(counts.map(({ result }) => result.__typename).sort()).toEqual([
      'InvalidTransition',
      'InvalidTransition',
      'Session',
    ]);
    const late = await server.write('cancelSession', { sessionId, reason: '示例' });
    expect(late.result).toMatchObject({ from: 'HELD', to: 'CANCELLED' });
    const moved = await server.write('rescheduleSession', {
      sessionId,
      version: 2,
      startsAt: tomorrow(15),
      endsAt: tomorrow(16),
    });
    expect(moved.result).toMatchObject({ __typename: 'InvalidTransition', from: 'HELD' });
    expect((await server.write('cancelSession', { sessionId: 'x', reason: '示例' })).code).toBe(
      'NO_SUCH_RECORD',
    );
  });
});

describe('a venue', () => {
  it('is occupied by one session at a time, however many are scheduled at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        server.write('scheduleSession', { ...plan, endsAt: tomorrow(10 + index) }),
      ),
    );
    const taken = answers.filter(({ result }) => result.__typename === 'Session');
    const refused = answers.filter(({ result }) => result.__typename === 'VenueTaken');
    expect([taken.length, refused.length]).toEqual([1, 7]);
    for (const { result } of refused) {
      expect(result.conflictingSession.id).toBe(taken[0]?.result.id);
      expect(result.message).toMatch(/\p{Script=Han}.*[a-z]/u);
    }
    expect(await server.sql`select id from session`).toHaveLength(1);
  });

  it('is free before and after, for sessions elsewhere, and when the session is cancelled', async () => {
    const sessionId = await scheduled();
    expect(await scheduled({ startsAt: tomorrow(11), endsAt: tomorrow(12) })).toBeDefined();
    expect(await scheduled({ venueId: id(3) })).toBeDefined();
    const other = await scheduled({ startsAt: tomorrow(12), endsAt: tomorrow(13) });
    const into = { sessionId: other, version: 1, startsAt: tomorrow(10), endsAt: tomorrow(11) };
    const refused = await server.write('rescheduleSession', into);
    expect(refused.result).toMatchObject({
      __typename: 'VenueTaken',
      conflictingSession: { id: sessionId },
    });
    await server.write('cancelSession', { sessionId, reason: '示例' });
    expect((await server.write('rescheduleSession', into)).result.__typename).toBe('Session');
    // A session does not conflict with itself.
    const shifted = await server.write('rescheduleSession', { ...into, version: 2, endsAt: tomorrow(11) });
    expect(shifted.result.__typename).toBe('Session');
  });

  it('is taken by one of two sessions that are moved there at the same time', async () => {
    const first = await scheduled();
    const second = await scheduled({ venueId: id(3) });
    const to = { startsAt: tomorrow(15), endsAt: tomorrow(16), venueId: id(3), capacity: 10, version: 1 };
    const answers = await Promise.all(
      [first, second].map((sessionId) => server.write('rescheduleSession', { ...to, sessionId })),
    );
    expect(answers.map(({ result }) => result.__typename).sort()).toEqual(['Session', 'VenueTaken']);
  });

  it('must be large enough for the session, and in its district', async () => {
    const { result } = await server.write('scheduleSession', { ...plan, capacity: 41 });
    expect(result).toMatchObject({ __typename: 'VenueTooSmall', venueCapacity: 40 });
    const sessionId = await scheduled();
    const move = { sessionId, version: 1, startsAt: plan.startsAt, endsAt: plan.endsAt };
    const small = await server.write('rescheduleSession', { ...move, venueId: id(3) });
    expect(small.result.__typename).toBe('VenueTooSmall');
    const foreign = await server.write('rescheduleSession', {
      ...move,
      venueId: '01a1fc14-c3c1-7068-8000-000000000004',
    });
    expect(foreign.code).toBe('BAD_USER_INPUT');
  });

  it('takes no more sessions once it is closed', async () => {
    await server.sql`insert into venue ${server.sql({
      id: id(5),
      division_code: '410105007',
      name: '示例旧厅',
      capacity: 40,
      longitude: 113.6,
      latitude: 34.8,
      service_centre_id: id(8),
      kind: 'HALL',
    })}`;
    expect((await server.write('closeVenue', { venueId: id(5) })).result.__typename).toBe('Venue');
    const sessionId = await scheduled();
    const move = { sessionId, version: 1, startsAt: plan.startsAt, endsAt: plan.endsAt };
    for (const { result } of [
      await server.write('rescheduleSession', { ...move, venueId: id(5) }),
      await server.write('scheduleSession', { ...plan, venueId: id(5) }),
    ])
      expect(result.__typename).toBe('VenueClosed');
  });
});

describe('the bookings of a session', () => {
  it('are cancelled with it, each with its event; those checked in stay', async () => {
    const sessionId = await scheduled({ capacity: 3 });
    const bookings = [];
    for (const number of [1, 2, 3, 4, 5]) bookings.push(await book(sessionId, number));
    expect(bookings.map(({ status }) => status)).toEqual([
      'CONFIRMED',
      'CONFIRMED',
      'CONFIRMED',
      'WAITLISTED',
      'WAITLISTED',
    ]);
    await startSession(sessionId);
    await server.write('checkInBooking', { bookingId: bookings[0].id });
    const { result } = await server.write('cancelSession', { sessionId, reason: '场地停电' });
    expect(result).toMatchObject({ status: 'CANCELLED', cancelReason: '场地停电', seatsLeft: 2 });
    for (const { id: bookingId, status } of bookings.slice(1))
      expect((await eventsOf(server, bookingId)).at(-1)).toEqual({
        action: 'cancelSession',
        fromStatus: status,
        toStatus: 'CANCELLED',
      });
    expect((await eventsOf(server, bookings[0].id)).at(-1)?.toStatus).toBe('CHECKED_IN');
    expect((await eventsOf(server, sessionId)).at(-1)?.toStatus).toBe('CANCELLED');
    expect(await server.sql`select from booking where status in ('CONFIRMED', 'WAITLISTED')`).toHaveLength(0);
    expect(await recount()).toHaveLength(0);
  });

  it('move up from the waiting list when seats are added; taken seats are not removed', async () => {
    const sessionId = await scheduled({ capacity: 2 });
    const bookings = [];
    for (const number of [1, 2, 3, 4]) bookings.push(await book(sessionId, number));
    const edit = { sessionId, startsAt: plan.startsAt, endsAt: plan.endsAt };
    const fewer = await server.write('rescheduleSession', { ...edit, version: 1, capacity: 1 });
    expect(fewer.result).toMatchObject({ __typename: 'SeatsTaken', seatsTaken: 2 });
    const more = await server.write('rescheduleSession', { ...edit, version: 1, capacity: 3 });
    expect(more.result).toMatchObject({ capacity: 3, seatsLeft: 0 });
    expect((await eventsOf(server, bookings[2].id)).at(-1)).toEqual({
      action: 'rescheduleSession',
      fromStatus: 'WAITLISTED',
      toStatus: 'CONFIRMED',
    });
    const [last] = await server.sql`select waitlist_position from booking where id = ${bookings[3].id}`;
    expect(last?.waitlistPosition).toBe(1);
    expect(await recount()).toHaveLength(0);
  });

  it('are all cancelled or refused when the session is booked and cancelled at once', async () => {
    const sessionId = await scheduled({ capacity: 5 });
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, (_, number) => book(sessionId, number)),
      server.write('cancelSession', { sessionId, reason: '示例' }).then(({ result }) => result),
      ...Array.from({ length: 10 }, (_, number) => book(sessionId, 20 + number)),
    ]);
    expect(new Set(answers.map(({ __typename }) => __typename))).toContain('Session');
    expect(await server.sql`select from booking where status <> 'CANCELLED'`).toHaveLength(0);
    expect(await recount()).toHaveLength(0);
  });
});
