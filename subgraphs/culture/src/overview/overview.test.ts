import { addDays, today } from '@district-graph/kit/calendar';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let culture: TestSubgraph;
beforeAll(async () => {
  culture = await testSubgraph(subgraph);
});
afterAll(() => culture.stop());

/** The overviews as the gateway requests them: by the divisions' codes. */
async function overviews(codes: string[], fields: string) {
  const { data, errors } = await culture.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { code culture { ${fields} } } } }`,
    { r: codes.map((code) => ({ __typename: 'Division', code })) },
  );
  expect(errors).toBeUndefined();
  return data._entities;
}
const overview = async (code: string, fields: string) => (await overviews([code], fields))[0].culture;

const onDay = (day: string) => `period: { from: "${day}", to: "${day}" }`;
const districts = ['410102', '410103', '410104', '410105', '410106', '410108'];

describe('the reported figures', () => {
  it('of venues, troupes and investment', async () => {
    expect(await overview('410105007', 'venues')).toEqual({ venues: 23 });
    const { troupesByKind, investment } = await overview(
      '410104001',
      'troupesByKind { kind count } investment { fen currency }',
    );
    expect(troupesByKind).toContainEqual({ kind: 'ETHNIC_MINORITY', count: 6 });
    expect(investment.currency).toBe('CNY');
    expect(investment.fen).toBeGreaterThanOrEqual(300_000_000);
    expect(investment.fen).toBeLessThanOrEqual(330_000_000);
  });

  it.each([
    ['410104', 'OPEN_DAY', '2015-10-29', 200],
    ['410108002', 'TRAINING', '2015-10-29', 30],
    ['410103012', 'GIFT_GIVING', '2016-01-08', 50],
  ])('of %s: %s on %s reached at least %i', async (code, category, day, reported) => {
    const { activityResults } = await overview(
      code,
      `activityResults(${onDay(day)}, category: ${category}) { sessions attended }`,
    );
    expect(activityResults.sessions).toBe(1);
    expect(activityResults.attended).toBeGreaterThanOrEqual(reported);
    expect(activityResults.attended).toBeLessThanOrEqual(reported * 1.1);
  });

  it('of the season’s premiere in the countryside', async () => {
    const { activityResults } = await overview(
      '410108',
      `activityResults(${onDay('2016-01-10')}, category: PERFORMANCE) { sessions }`,
    );
    expect(activityResults).toEqual({ sessions: 1 });
  });

  it('have counterparts in the other districts', async () => {
    const answers = await overviews(
      districts,
      `activityResults(${onDay('2015-10-29')}, category: OPEN_DAY) { attended }`,
    );
    for (const { culture: answer } of answers) {
      expect(answer.activityResults.attended).toBeGreaterThanOrEqual(80);
      expect(answer.activityResults.attended).toBeLessThanOrEqual(260);
    }
  });
});

describe('the overview', () => {
  const recent = `period: { from: "${addDays(today(), -60)}", to: "${addDays(today(), 28)}" }`;

  it('takes one statement for stocks, flows and series together, however many divisions', async () => {
    culture.statements();
    await overviews(
      districts,
      `venues troupes exhibitions investment { fen } troupesByKind { count }
       sessions(${recent}) { scheduled attended seats seatsTaken held cancelled }
       trend(metric: ATTENDANCE, ${recent}, interval: MONTH) { start value }
       sessionList(${recent}, first: 3) { nodes { id } }`,
    );
    expect(culture.statements()).toHaveLength(2);
  });

  it('adds up from level to level, and its series to its sum', async () => {
    const fields = `sessions(${recent}) { scheduled attended } trend(metric: ATTENDANCE, ${recent}, interval: WEEK) { value }`;
    const city = await overview('410100', fields);
    const { data } = await culture.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { culture { ${fields} } } } }`,
      {
        r: [...districts, ...['122', '171', '172', '173', '181', '182', '183', '184', '185']].map((code) => ({
          __typename: 'Division',
          code: code.padStart(6, '410'),
        })),
      },
    );
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const parts = data._entities.map((entity: { culture: typeof city }) => entity.culture.sessions);
    expect(city.sessions.scheduled).toBe(sum(parts.map((part: { scheduled: number }) => part.scheduled)));
    expect(city.sessions.attended).toBe(sum(city.trend.map((point: { value: number }) => point.value)));
    expect(city.sessions.scheduled).toBeGreaterThan(1500);
  });

  it('answers null for an invalid division code, and zeros for a division without culture', async () => {
    const [unknown, empty] = await overviews(['x', '419999'], 'venues troupes investment { fen }');
    expect(unknown).toBeNull();
    expect(empty.culture).toEqual({ venues: 0, troupes: 0, investment: { fen: 0 } });
  });

  it('refuses a period that ends before it starts', async () => {
    const { data, errors } = await culture.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { culture { sessions(period: { from: "2026-02-01", to: "2026-01-01" }) { held } } } } }',
      { r: [{ __typename: 'Division', code: '410105' }] },
    );
    expect(data._entities[0].culture).toBeNull();
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(errors?.[0]?.message).toMatch(/^[^A-Za-z]*period\.to.*2026-01-01/);
  });
});

describe('the rollups', () => {
  it('equal a recount of the rows', async () => {
    expect(await culture.sql`select * from tally_recount()`).toEqual([]);
  });

  it('equal it after rows are changed and removed', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const home = { division_code: '410105007', longitude: 113.6, latitude: 34.8 };
    const id = (last: number) => `01a1fc14-c3c1-7069-8000-00000000000${last}`;
    await sql`insert into venue ${sql({ id: id(1), service_centre_id: id(9), name: '示例', kind: 'HALL', capacity: 50, ...home })}`;
    await sql`insert into activity values (${id(2)}, '410105007', '示例', 'LECTURE', 'ELDERLY', null, '示例')`;
    await sql`insert into session ${sql({
      id: id(3),
      activity_id: id(2),
      category: 'LECTURE',
      audience: 'ELDERLY',
      venue_id: id(1),
      place: '示例',
      starts_at: '2026-03-01T00:30:00+08:00',
      ends_at: '2026-03-01T02:00:00+08:00',
      status: 'SCHEDULED',
      capacity: 40,
      ...home,
    })}`;
    await sql`update session set status = 'HELD', attended = 33`;
    const read = () =>
      sql`select metric, sum(amount) as amount from tally
        where division_code = '410105' and grain in ('STOCK', 'DAY') and start in ('0001-01-01', '2026-03-01') group by 1 having sum(amount) <> 0 order by 1`;
    expect([...(await read())]).toEqual([
      { metric: 'activities:LECTURE', amount: 1 },
      { metric: 'attended', amount: 33 },
      { metric: 'attended:LECTURE', amount: 33 },
      { metric: 'seats', amount: 40 },
      { metric: 'sessions_held', amount: 1 },
      { metric: 'sessions_held:LECTURE', amount: 1 },
      { metric: 'sessions_scheduled', amount: 1 },
      { metric: 'venues:HALL', amount: 1 },
    ]);
    // A corrected category changes how its sessions are counted.
    await sql`update activity set category = 'TRAINING'`;
    expect((await read()).map(({ metric }) => metric)).toContain('attended:TRAINING');
    expect(await sql`select * from tally_recount()`).toEqual([]);
    await sql`delete from session`;
    await sql`delete from venue`;
    expect(await sql`select * from tally_recount()`).toEqual([]);
    expect((await read()).map(({ metric }) => metric)).toEqual(['activities:TRAINING']);
    await drop();
  });
});
