import { addDays, today } from '@district-graph/kit/calendar';
import { clientLimits } from '@district-graph/kit/operation/limits';
import { ValidOperation } from '@district-graph/kit/operation/valid-operation';
import { loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { schemaOf } from '@district-graph/kit/subgraph';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let culture: TestSubgraph;
beforeAll(async () => {
  culture = await testSubgraph(subgraph);
});
afterAll(() => culture.stop());

const coming = `period: { from: "${addDays(today(), 1)}", to: "${addDays(today(), 21)}" }`;

interface Listed {
  id: string;
  startsAt: string;
  status: string;
  activity: { category: string; audience: string };
}

async function list(args: string, after: string | null = null) {
  const { data, errors } = await culture.request(
    `query ($after: String) { sessions(${args}, after: $after) {
      totalCount nodes { id startsAt status activity { category audience } } pageInfo { hasNextPage endCursor }
    } }`,
    { after },
  );
  expect(errors).toBeUndefined();
  return data.sessions as {
    totalCount: number;
    nodes: Listed[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}

describe('lists of sessions', () => {
  it('cost what their fields take: counting everything costs more than a page', () => {
    const schema = schemaOf(subgraph);
    const costOf = (selection: string) => {
      const lists = Array.from(
        { length: 50 },
        (_, index) => `a${index}: sessions(within: "410100", ${coming}, first: 1) { ${selection} }`,
      );
      return new ValidOperation(`{ ${lists.join(' ')} }`, null, schema, {
        limits: clientLimits,
      }).estimatedCost({});
    };
    expect(costOf('nodes { id }')).toBe(50 * 2);
    expect(costOf('totalCount')).toBe(50 * 401);
  });

  it.each(['410105', '410105007', '410106003001'])(
    'of %s are in the order of time, each session once',
    async (code) => {
      const rows: Listed[] = [];
      let after: string | null = null;
      let total = 0;
      do {
        const page = await list(`within: "${code}", ${coming}, first: 100`, after);
        rows.push(...page.nodes);
        total = page.totalCount;
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after);
      const times = rows.map(({ startsAt }) => startsAt);
      expect(times).toEqual([...times].sort());
      expect(rows.length).toBeGreaterThan(0);
      expect(new Set(rows.map(({ id }) => id)).size).toBe(total);
    },
  );

  it('leave out cancelled ones, unless requested', async () => {
    const all = await list(`within: "410100", ${coming}, first: 100`);
    expect(new Set(all.nodes.map(({ status }) => status))).toEqual(new Set(['SCHEDULED']));
    const cancelled = await list(`within: "410100", ${coming}, status: CANCELLED, first: 100`);
    expect(new Set(cancelled.nodes.map(({ status }) => status))).toEqual(new Set(['CANCELLED']));
  });

  it('can be of one category and one audience', async () => {
    const { nodes } = await list(`within: "410100", ${coming}, category: TRAINING, audience: DISABLED`);
    expect(nodes.length).toBeGreaterThan(0);
    for (const { activity } of nodes)
      expect(activity).toEqual({ category: 'TRAINING', audience: 'DISABLED' });
  });

  it('refuse other page sizes, invalid divisions and forged cursors', async () => {
    for (const [args, argument] of [
      [`within: "410105", ${coming}, first: 101`, 'first'],
      [`within: "金水区", ${coming}`, 'within'],
      [`within: "410105", ${coming}, after: "abc"`, 'after'],
    ]) {
      const { errors } = await culture.request(`{ sessions(${args}) { totalCount } }`);
      expect(errors?.[0]?.extensions.argument).toBe(argument);
    }
  });

  it('distinguish full sessions, which have a waiting list, from others', async () => {
    const [counts] = await culture.sql`
      select count(*) filter (where waitlist_length > 0) as waiting,
        count(*) filter (where seats_taken > 0 and waitlist_length = 0) as open,
        count(*) filter (where attended > capacity and venue_id is not null) as overfull
      from session where starts_at >= ${`${addDays(today(), -60)}T00:00:00+08:00`}`;
    expect(counts?.waiting).toBeGreaterThan(200);
    expect(counts?.open).toBeGreaterThan(1500);
    expect(counts?.overfull).toBe(0);
  });
});

describe('sessions near a point', () => {
  const nanyang = loadSyntheticCity('default').centres.find(({ key }) => key === 'NANYANG');
  const at = `at: { longitude: ${nanyang?.longitude}, latitude: ${nanyang?.latitude} }`;

  it('come nearest first, and have not started', async () => {
    culture.statements();
    const { data } = await culture.request(
      `{ sessionsNear(${at}, withinMetres: 20000, first: 100) { distanceMetres session { startsAt status seatsLeft activity { title } venue { name serviceCentre { id } } } } }`,
    );
    expect(culture.statements()).toHaveLength(3);
    const rows = data.sessionsNear;
    const distances = rows.map((row: { distanceMetres: number }) => row.distanceMetres);
    expect(distances).toHaveLength(100);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(distances[0]).toBe(0);
    expect(rows[0].session.venue.serviceCentre).toEqual({ id: nanyang?.id });
    for (const { session } of rows) {
      expect(session.status).toBe('SCHEDULED');
      expect(Date.parse(session.startsAt)).toBeGreaterThan(Date.now() - 60_000);
      expect(session.seatsLeft).toBeGreaterThanOrEqual(0);
    }
  });

  it('refuse an invalid point and a radius that is too large', async () => {
    for (const [args, argument] of [
      ['at: { longitude: 200, latitude: 34 }, withinMetres: 1000', 'at'],
      [`${at}, withinMetres: 60000`, 'withinMetres'],
    ]) {
      const { errors } = await culture.request(`{ sessionsNear(${args}) { distanceMetres } }`);
      expect(errors?.[0]?.extensions.argument).toBe(argument);
    }
  });
});

describe('the entities of the subgraph', () => {
  it.each(['Venue', 'Activity', 'Session', 'Booking', 'Troupe', 'Exhibition', 'CultureProject'])(
    '%s: one statement for many keys, null for an unknown and for an invalid key',
    async (type) => {
      const table = type.replace(/(?<=.)[A-Z]/g, '_$&').toLowerCase();
      const known = await culture.sql<{ id: string }[]>`select id from ${culture.sql(table)} limit 5`;
      const ids = [...known.map(({ id }) => id), '01a1fc14-c3c1-7069-8000-000000000001', 'x'];
      culture.statements();
      const { data, errors } = await culture.request(
        `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { id } } }`,
        { r: ids.map((id) => ({ __typename: type, id })) },
      );
      expect(errors).toBeUndefined();
      expect(data._entities).toEqual([...known.map(({ id }) => ({ id })), null, null]);
      expect(culture.statements()).toHaveLength(1);
    },
  );
});

describe('the table', () => {
  const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;

  it('refuses two sessions in one venue at once, unless one is cancelled', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const home = { division_code: '410105007', longitude: 113.6, latitude: 34.8 };
    await sql`insert into venue ${sql({ id: id(1), service_centre_id: id(9), name: '示例', kind: 'HALL', capacity: 50, ...home })}`;
    await sql`insert into activity values (${id(2)}, '410105007', '示例', 'LECTURE', 'ELDERLY', null, '示例')`;
    const row = {
      activity_id: id(2),
      category: 'LECTURE',
      audience: 'ELDERLY',
      venue_id: id(1),
      place: '示例',
      status: 'SCHEDULED',
      capacity: 40,
      ...home,
    };
    const hold = (key: number, from: string, to: string, change: Record<string, string | number> = {}) =>
      sql`insert into session ${sql({
        id: id(key),
        ...row,
        starts_at: `2026-03-01T${from}:00+08:00`,
        ends_at: `2026-03-01T${to}:00+08:00`,
        ...change,
      })}`;
    await hold(10, '09:00', '10:30');
    await hold(11, '10:30', '12:00');
    await hold(12, '09:30', '10:00', { status: 'CANCELLED' });
    await expect(hold(13, '10:00', '11:00')).rejects.toThrow('session_no_overlap');
    await expect(hold(14, '15:00', '14:00')).rejects.toThrow('session_times');
    await expect(hold(15, '15:00', '16:00', { category: 'CLUB' })).rejects.toThrow('session_activity');
    await expect(hold(16, '15:00', '16:00', { audience: 'WOMEN' })).rejects.toThrow('session_activity');
    await expect(hold(17, '15:00', '16:00', { attended: 3 })).rejects.toThrow('session_attended');
    await expect(hold(18, '15:00', '16:00', { longitude: 34.8, latitude: 113.6 })).rejects.toThrow(
      'session_location',
    );
    await expect(hold(19, '15:00', '16:00', { division_code: '410104001' })).rejects.toThrow(
      'session_id_home',
    );
    await drop();
  });
});
