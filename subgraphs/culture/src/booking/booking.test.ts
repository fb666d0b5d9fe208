import { developmentKeyring as keyring } from '@district-graph/kit/encryption/keyring';
import { findRowsAbout } from '@district-graph/kit/personal-data/personal-data';
import { elderId, loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { personKeysNamed } from './person-key.ts';
import { findExpected } from './store.ts';

let culture: TestSubgraph;
beforeAll(async () => {
  culture = await testSubgraph(subgraph);
});
afterAll(() => culture.stop());

const { districts, communitiesOf } = loadSyntheticCity('default');
/** The first elder of each district, who books at the centre of the first subdistrict. */
const elders = districts.map(({ code }) => elderId(communitiesOf(code)[0]?.code ?? '', 0));

async function bookingsOf(ids: string[], selection: string) {
  const { data, errors } = await culture.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Elder { bookings${selection} } } }`,
    { r: ids.map((id) => ({ __typename: 'Elder', id })) },
  );
  expect(errors).toBeUndefined();
  return data._entities;
}

describe('the bookings of an elder', () => {
  it('take one statement for any number of elders, and one for their sessions', async () => {
    culture.statements();
    const answers = await bookingsOf(elders, '(first: 3) { nodes { id status session { startsAt } } }');
    expect(culture.statements()).toHaveLength(2);
    for (const { bookings } of answers) expect(bookings.nodes.length).toBeGreaterThan(0);
  });

  it('that are upcoming belong to sessions that have not started, soonest first, across pages', async () => {
    const [elder = ''] = elders;
    const fields = 'nodes { id status session { startsAt status } } pageInfo { hasNextPage endCursor }';
    const [{ bookings: whole }] = await bookingsOf([elder], `(upcoming: true) { totalCount ${fields} }`);
    const times = whole.nodes.map((node: { session: { startsAt: string } }) => node.session.startsAt);
    expect(times).toEqual([...times].sort());
    expect(times.length).toBeGreaterThan(1);
    expect(whole.totalCount).toBe(times.length);
    for (const { status, session } of whole.nodes) {
      expect(status).not.toBe('CANCELLED');
      expect(session.status).toBe('SCHEDULED');
      expect(Date.parse(session.startsAt)).toBeGreaterThan(Date.now() - 60_000);
    }
    const [{ bookings: first }] = await bookingsOf([elder], `(upcoming: true, first: 1) { ${fields} }`);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const [{ bookings: rest }] = await bookingsOf(
      [elder],
      `(upcoming: true, after: "${first.pageInfo.endCursor}") { ${fields} }`,
    );
    expect([...first.nodes, ...rest.nodes]).toEqual(whole.nodes);
  });

  it('are all listed, latest first; a cursor of the upcoming ones is refused', async () => {
    const [elder = ''] = elders;
    const [{ bookings }] = await bookingsOf([elder], ' { totalCount nodes { bookedAt } }');
    const times = bookings.nodes.map((node: { bookedAt: string }) => node.bookedAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(bookings.totalCount).toBeGreaterThanOrEqual(times.length);
    const [{ bookings: upcoming }] = await bookingsOf(
      [elder],
      '(upcoming: true, first: 1) { pageInfo { endCursor } }',
    );
    const { errors } = await culture.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Elder { bookings(after: "${upcoming.pageInfo.endCursor}") { totalCount } } } }`,
      { r: [{ __typename: 'Elder', id: elder }] },
    );
    expect(errors?.[0]?.extensions.code).toBe('BAD_CURSOR');
  });

  it('are empty for an elder without any, and the elder is null for an invalid key', async () => {
    const [none, unknown] = await bookingsOf(
      ['01a1fc14-c3c1-7069-8000-000000000001', 'x'],
      ' { totalCount nodes { id } }',
    );
    expect(none.bookings).toEqual({ totalCount: 0, nodes: [] });
    expect(unknown).toBeNull();
  });
});

describe('the table', () => {
  const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;

  async function smallSession() {
    const { sql, drop } = await emptyDatabase(subgraph);
    const home = { division_code: '410105007', longitude: 113.6, latitude: 34.8 };
    await sql`insert into activity values (${id(2)}, '410105007', '示例', 'LECTURE', 'ELDERLY', null, '示例')`;
    await sql`insert into session ${sql({
      id: id(3),
      activity_id: id(2),
      category: 'LECTURE',
      audience: 'ELDERLY',
      place: '示例',
      starts_at: '2026-03-01T09:00:00+08:00',
      ends_at: '2026-03-01T10:30:00+08:00',
      status: 'SCHEDULED',
      capacity: 4,
      ...home,
    })}`;
    const book = (key: number, person: string, seats: number, change: Record<string, string | number> = {}) =>
      sql`insert into booking ${sql({
        id: id(key),
        division_code: '410105007',
        session_id: id(3),
        person_key: person,
        status: 'CONFIRMED',
        seats,
        booked_at: '2026-02-20T09:00:00+08:00',
        ...change,
      })}`;
    const counts = async () => [...(await sql`select seats_taken, waitlist_length from session`)][0];
    return { sql, drop, book, counts };
  }

  it('counts the seats and the waiting list of a session, and never oversells it', async () => {
    const { sql, drop, book, counts } = await smallSession();
    await book(10, '甲', 3);
    await expect(book(11, '乙', 2)).rejects.toThrow('session_seats');
    await book(12, '丙', 2, { status: 'WAITLISTED', waitlist_position: 1 });
    expect(await counts()).toEqual({ seatsTaken: 3, waitlistLength: 1 });
    await sql`update booking set status = 'CANCELLED', cancelled_at = now() where id = ${id(10)}`;
    await sql`update booking set status = 'CONFIRMED', waitlist_position = null where id = ${id(12)}`;
    expect(await counts()).toEqual({ seatsTaken: 2, waitlistLength: 0 });
    await sql`update booking set status = 'CHECKED_IN', checked_in_at = now() where id = ${id(12)}`;
    expect(await counts()).toEqual({ seatsTaken: 2, waitlistLength: 0 });
    expect(await sql`select * from tally_recount()`).toEqual([]);
    await sql`delete from booking`;
    expect(await counts()).toEqual({ seatsTaken: 0, waitlistLength: 0 });
    await drop();
  });

  it('accepts one active booking per person and session, and each waiting-list position once', async () => {
    const { sql, drop, book } = await smallSession();
    await book(10, '甲', 1);
    await expect(book(11, '甲', 1)).rejects.toThrow('booking_once');
    await sql`update booking set status = 'CANCELLED', cancelled_at = now()`;
    await book(12, '甲', 1);
    await book(13, '乙', 1, { status: 'WAITLISTED', waitlist_position: 1 });
    await expect(book(14, '丙', 1, { status: 'WAITLISTED', waitlist_position: 1 })).rejects.toThrow(
      'booking_waitlist_order',
    );
    await expect(book(15, '丁', 1, { status: 'WAITLISTED' })).rejects.toThrow('booking_waitlist');
    await expect(book(16, '丁', 0)).rejects.toThrow('booking_seats');
    await expect(book(17, '丁', 1, { status: 'CANCELLED' })).rejects.toThrow('booking_cancelled');
    await drop();
  });
});

it('are found by indexes alone, by key or by name and telephone', async () => {
  const { sql } = culture;
  const [table] = subgraph.personalData.tables;
  if (!table) throw new Error('no table of persons');
  const named = { name: '示例甲', phone: '00000000001' };
  const [id = ''] = elders;
  culture.statements();
  await findRowsAbout(sql, keyring, table, { elderId: id, named });
  await findExpected(sql, id, personKeysNamed(keyring, named));
  const statements = culture.statements();
  expect(statements).toHaveLength(2);
  for (const statement of statements) {
    const plan = JSON.stringify(await sql.unsafe(`explain (generic_plan) ${statement}`).simple());
    for (const index of ['booking_elder', 'booking_person']) expect(plan).toContain(index);
    expect(plan).not.toContain('Seq Scan');
  }
});
