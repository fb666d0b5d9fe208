import { headersOf } from '@district-graph/kit/testing/identity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BookingSubgraph, bookingSubgraph, id, person as personOf } from '../booking/testing.ts';

let server: BookingSubgraph;
beforeAll(async () => {
  server = await bookingSubgraph({
    Booking: 'id status seats session { id }',
    AlreadyBooked: 'message booking { id seats }',
    BookingLimitReached: 'message seatsLeft',
  });
});
afterAll(() => server.stop());

let sessionId = '';
beforeEach(async () => {
  sessionId = await server.openSession(116);
});

let people = 0;
/** A name and a telephone that no test has used before. */
function person() {
  people += 1;
  return personOf(people);
}

const elderId = id(0xe1de);
const resident = (sub: string, elder?: string) =>
  headersOf({ sub, roles: ['resident'], divisions: ['410105'], elder });
const book = async (headers: Record<string, string>, input: Record<string, unknown> = {}) =>
  (await server.write('bookSession', { sessionId, ...person(), ...input }, headers)).result;

const own = async (headers: Record<string, string>, args = '') =>
  server.request(
    `{ viewer { id bookings${args} { totalCount nodes { id seats status } pageInfo { hasNextPage endCursor } } } }`,
    {},
    headers,
  );

describe('the viewer’s own bookings', () => {
  it('are those they made and those of the elder that they are, latest first, in pages', async () => {
    const one = await resident('own-one', elderId);
    const made = [await book(one), await book(one, { seats: 3 })];
    const keeper = await headersOf({ roles: ['venue-manager'], divisions: ['410105'] });
    const { result: kept } = await server.write('bookSession', { sessionId, elderId }, keeper);
    await book(await resident('own-two'));
    const expected = [kept, made[1], made[0]].map((booking) => booking.id);
    const { data, errors } = await own(one);
    expect(errors).toBeUndefined();
    expect(data.viewer).toMatchObject({ id: 'own-one', bookings: { totalCount: 3 } });
    expect(data.viewer.bookings.nodes.map((node: { id: string }) => node.id)).toEqual(expected);
    const first = (await own(one, '(first: 2)')).data.viewer.bookings;
    const rest = await own(one, `(first: 2, after: "${first.pageInfo.endCursor}")`);
    expect([...first.nodes, ...rest.data.viewer.bookings.nodes].map(({ id: each }) => each)).toEqual(
      expected,
    );
  });

  it('are read by key, too, by nobody else, and do not exist for anonymous clients', async () => {
    const { id: bookingId } = await book(await resident('own-three'));
    const query = 'query ($id: ID!) { booking(id: $id) { id session { place } } }';
    const mine = await server.request(query, { id: bookingId }, await resident('own-three'));
    expect([mine.errors, mine.data.booking]).toEqual([
      undefined,
      { id: bookingId, session: { place: '示例' } },
    ]);
    const theirs = await server.request(query, { id: bookingId }, await resident('own-four'));
    expect([theirs.data.booking, theirs.errors?.[0]?.extensions.code]).toEqual([null, 'FORBIDDEN']);
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    });
    expect(await response.json()).toEqual({ data: { viewer: null } });
  });

  it('are named in the refusal of a second booking; those of others are not, without affecting the rest of the answer', async () => {
    const named = person();
    const mine = await book(await resident('own-five'), named);
    expect(await book(await resident('own-five'), named)).toEqual({
      __typename: 'AlreadyBooked',
      message: expect.stringContaining('已预约'),
      booking: { id: mine.id, seats: 1 },
    });
    const { result, code } = await server.write(
      'bookSession',
      { sessionId, ...named },
      await resident('own-six'),
    );
    expect([code, result]).toMatchObject([undefined, { __typename: 'AlreadyBooked', booking: null }]);
  });
});

describe('a viewer who books for themselves', () => {
  it('has at most ten seats of a session, in any names, also with concurrent requests', async () => {
    const greedy = await resident('greedy');
    const answers = await Promise.all(Array.from({ length: 11 }, () => book(greedy, { seats: 4 })));
    const types = answers.map(({ __typename }) => __typename).sort();
    expect(types).toEqual([...Array(2).fill('Booking'), ...Array(9).fill('BookingLimitReached')]);
    expect(answers.find(({ __typename }) => __typename === 'BookingLimitReached')).toMatchObject({
      seatsLeft: 2,
    });
    expect(await book(greedy, { seats: 2 })).toMatchObject({ __typename: 'Booking' });
    const [{ taken = 0 } = {}] = await server.sql<{ taken: number }[]>`
      select seats_taken as taken from session where id = ${sessionId}`;
    expect(taken).toBe(10);
    // A cancelled booking frees its seats.
    const { data } = await own(greedy);
    await server.write('cancelBooking', { bookingId: data.viewer.bookings.nodes[0].id }, greedy);
    expect(await book(greedy, { seats: data.viewer.bookings.nodes[0].seats })).toMatchObject({
      __typename: 'Booking',
    });
  });

  it('cannot fill a waiting list either', async () => {
    sessionId = await server.openSession(1);
    await book(await resident('seated'));
    const waiting = await resident('waiting');
    const types = [];
    for (let turn = 0; turn < 12; turn += 1) types.push((await book(waiting)).__typename);
    expect(types).toEqual([...Array(10).fill('Booking'), ...Array(2).fill('BookingLimitReached')]);
  });

  it('has bookings for at most twenty coming sessions', async () => {
    const busy = await resident('busy');
    let booked = '';
    for (let turn = 0; turn < 20; turn += 1) {
      sessionId = await server.openSession(5);
      booked = sessionId;
      expect(await book(busy)).toMatchObject({ __typename: 'Booking' });
    }
    sessionId = await server.openSession(5);
    expect(await book(busy)).toMatchObject({ __typename: 'BookingLimitReached', seatsLeft: 0 });
    // Past bookings are not counted.
    await server.sql`update session set starts_at = now() - interval '1 hour' where id = ${booked}`;
    expect(await book(busy)).toMatchObject({ __typename: 'Booking' });
  });

  it('is limited, while staff may book for others', async () => {
    const keeper = await headersOf({ sub: 'keeper', roles: ['venue-manager'], divisions: ['410105'] });
    for (let turn = 0; turn < 4; turn += 1)
      expect(await book(keeper, { seats: 10 })).toMatchObject({ __typename: 'Booking' });
    expect((await own(keeper)).data.viewer.bookings.totalCount).toBe(0);
  });
});
