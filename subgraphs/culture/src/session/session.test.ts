import { addDays, today } from '@district-graph/kit/calendar';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let culture: TestSubgraph;
beforeAll(async () => {
  culture = await testSubgraph(subgraph);
});
afterAll(() => culture.stop());

const day = today();
const period = { from: addDays(day, -7), to: addDays(day, 7) };

it('finds the coming sessions around a point, nearest first', async () => {
  const { data } = await culture.query(
    '{ sessionsNear(at: { longitude: 113.68, latitude: 34.79 }, withinMetres: 3000, first: 20) { distanceMetres session { startsAt status seatsLeft } } }',
  );
  const distances = data.sessionsNear.map((near: { distanceMetres: number }) => near.distanceMetres);
  expect(distances.length).toBeGreaterThan(3);
  expect(distances).toEqual([...distances].sort((a, b) => a - b));
  for (const { session } of data.sessionsNear) {
    expect(session.status).toBe('SCHEDULED');
    expect(Date.parse(session.startsAt)).toBeGreaterThan(Date.now());
  }
});

it('lists the sessions of several divisions by time, and counts them as the overview does, in few statements', async () => {
  const representations = ['410102', '410105', '410105007'].map((code) => ({ __typename: 'Division', code }));
  culture.statements();
  const { data } = await culture.query(
    'query ($r: [_Any!]!, $period: DateRange!) { _entities(representations: $r) { ... on Division { culture { sessions(period: $period) { scheduled cancelled } sessionList(period: $period, first: 30) { totalCount nodes { startsAt } } } } } }',
    { r: representations, period },
  );
  // The sums, and a page and a count for each of the two levels asked for.
  expect(culture.statements()).toHaveLength(5);
  for (const { culture: overview } of data._entities) {
    const times = overview.sessionList.nodes.map((session: { startsAt: string }) => session.startsAt);
    expect(times).toEqual([...times].sort());
    expect(overview.sessionList.totalCount).toBe(overview.sessions.scheduled + overview.sessions.cancelled);
  }
});

describe('the tables', () => {
  it('keep tallies that equal a recount', async () => {
    expect(await culture.sql`select * from tally_recount()`).toEqual([]);
  });

  it('keep seats and waiting list equal to the bookings', async () => {
    const wrong = await culture.sql`
      select s.id from session s left join booking b on b.session_id = s.id group by s.id
      having s.seats_taken <> coalesce(sum(b.seats) filter (where b.status in ('CONFIRMED', 'CHECKED_IN')), 0)
        or s.waitlist_length <> count(*) filter (where b.status = 'WAITLISTED')`;
    expect(wrong).toEqual([]);
  });

  it('refuse two sessions in one venue at once, and more seats than there are', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const at = (n: number) => `014aa2ca-b000-7069-8000-00000000000${n}`;
    const code = '410105007003';
    await sql`insert into venue values (${at(1)}, ${code}, ${at(9)}, '多功能厅', 'HALL', 10, 113.6, 34.7)`;
    await sql`insert into activity values (${at(2)}, ${code}, '书法', 'TRAINING', 'EVERYONE', null, '示例')`;
    const hold = (id: string, from: string, to: string, status = 'SCHEDULED') =>
      sql`insert into session (id, division_code, activity_id, category, venue_id, place, starts_at, ends_at, status, capacity, longitude, latitude)
        values (${id}, ${code}, ${at(2)}, 'TRAINING', ${at(1)}, '厅', ${from}, ${to}, ${status}, 3, 113.6, 34.7)`;
    await hold(at(3), '2026-01-01T09:00:00+08:00', '2026-01-01T10:00:00+08:00');
    await expect(hold(at(4), '2026-01-01T09:30:00+08:00', '2026-01-01T11:00:00+08:00')).rejects.toThrow(
      'session_no_overlap',
    );
    await hold(at(4), '2026-01-01T10:00:00+08:00', '2026-01-01T11:00:00+08:00');
    await hold(at(5), '2026-01-01T09:30:00+08:00', '2026-01-01T11:00:00+08:00', 'CANCELLED');
    const book = (id: string, person: string, seats: number) =>
      sql`insert into booking (id, division_code, session_id, person_key, status, seats, booked_at)
        values (${id}, ${code}, ${at(3)}, ${person}, 'CONFIRMED', ${seats}, '2025-12-30T09:00:00+08:00')`;
    await book(at(6), 'a', 2);
    await expect(book(at(7), 'b', 2)).rejects.toThrow('session_seats');
    await expect(book(at(7), 'a', 1)).rejects.toThrow('booking_once');
    await sql`delete from booking`;
    expect(await sql`select seats_taken from session where id = ${at(3)}`).toMatchObject([{ seatsTaken: 0 }]);
    expect(await sql`select * from tally_recount()`).toEqual([]);
    await drop();
  });
});
