import { addDays, today } from '@district-graph/kit/calendar';
import { type Database, openDatabase, type Sql } from '@district-graph/kit/database/database';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let sanitation: TestSubgraph;
beforeAll(async () => {
  sanitation = await testSubgraph(subgraph);
});
afterAll(() => sanitation.stop());

/** The overview as the gateway requests it: by the divisions' codes. */
async function overviews(codes: string[], fields: string) {
  const { data, errors } = await sanitation.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { code sanitation { ${fields} } } } }`,
    { r: codes.map((code) => ({ __typename: 'Division', code })) },
  );
  expect(errors).toBeUndefined();
  return data._entities;
}
const overview = async (code: string, fields: string) => (await overviews([code], fields))[0].sanitation;

const cleanUp = 'period: { from: "2018-01-01", to: "2018-03-09" }';

describe('the reported figures', () => {
  it('of Jinshui’s clean-up and of its working day', async () => {
    const jinshui = await overview(
      '410105',
      `vehiclesOnDuty workersOnDuty cleaningMethod
       roadsFlushed(${cleanUp}) blindSpotsCleared(${cleanUp}) vehicleDispatches(${cleanUp})
       pollutionSources { category count }
       inspectionTeams(period: { from: "2018-02-22", to: "2018-03-09" })`,
    );
    const within = (value: number, reported: number) => {
      expect(value).toBeGreaterThanOrEqual(reported);
      expect(value).toBeLessThanOrEqual(reported * 1.1);
    };
    within(jinshui.vehiclesOnDuty, 600);
    within(jinshui.workersOnDuty, 4000);
    within(jinshui.vehicleDispatches, 3000);
    within(jinshui.blindSpotsCleared, 300);
    expect(jinshui).toMatchObject({ roadsFlushed: 257, inspectionTeams: 6 });
    expect(jinshui.cleaningMethod).toEqual(['VACUUM', 'FLUSH', 'SUCTION', 'SCRUB', 'SWEEP', 'MANUAL']);
    expect(jinshui.pollutionSources).toEqual([
      { category: 'AUTO_REPAIR', count: 951 },
      { category: 'PRINTING', count: 25 },
      { category: 'CONCRETE_MIXING', count: 15 },
      { category: 'PETROL_STATION', count: 34 },
      { category: 'CONSTRUCTION_SITE', count: 248 },
    ]);
  });

  it('of the campaign at Erqi Square', async () => {
    const { campaigns } = await overview(
      '410103',
      `campaigns(period: { from: "2015-10-22", to: "2015-10-28" }) {
        personTimes vehicleTimes vehiclesHeld smallAdsCleared lightBoxesRemoved billboardsRemoved steelStructuresRemoved
      }`,
    );
    expect(campaigns).toMatchObject({
      vehicleTimes: 102,
      lightBoxesRemoved: 57,
      billboardsRemoved: 36,
      steelStructuresRemoved: 5,
    });
    for (const [field, reported] of [
      ['personTimes', 680],
      ['vehiclesHeld', 200],
      ['smallAdsCleared', 1060],
    ] as const) {
      expect(campaigns[field], field).toBeGreaterThanOrEqual(reported);
      expect(campaigns[field], field).toBeLessThanOrEqual(reported * 1.1);
    }
  });

  it('of the sprinkler truck at Shangjie’s site fire', async () => {
    const shangjie = await overview(
      '410106',
      'vehicleDispatches(period: { from: "2021-03-23", to: "2021-03-23" }, purpose: EMERGENCY_SUPPORT)',
    );
    expect(shangjie.vehicleDispatches).toBe(1);
  });
});

describe('the overview', () => {
  it('counts a city as the sum of its districts, also distinct roads', async () => {
    const districts = [
      '02',
      '03',
      '04',
      '05',
      '06',
      '08',
      '22',
      '71',
      '72',
      '73',
      '81',
      '82',
      '83',
      '84',
      '85',
    ];
    const fields = `vehiclesOnDuty blindSpotsReported(${cleanUp}) vehicleDispatches(${cleanUp}) roadsFlushed(${cleanUp})`;
    const [city, ...parts] = await overviews(['410100', ...districts.map((end) => `4101${end}`)], fields);
    for (const field of Object.keys(city.sanitation)) {
      const sum = parts.reduce(
        (total: number, part: { sanitation: Record<string, number> }) =>
          total + (part.sanitation[field] ?? 0),
        0,
      );
      expect(city.sanitation[field], field).toBe(sum);
      expect(sum, field).toBeGreaterThan(0);
    }
  });

  it('counts roads flushed as their rows do, at every level and over any days', async () => {
    const codes = ['410100', '410105', '410104', '410105007', '410105007003', '419999'];
    for (const [from, to] of [
      ['2018-01-01', '2018-03-09'],
      ['2026-09-15', '2026-11-03'],
      ['2017-12-31', '2026-01-01'],
      ['2000-01-01', '2030-12-31'],
    ]) {
      const answers = await overviews(codes, `roadsFlushed(period: { from: "${from}", to: "${to}" })`);
      for (const [index, code] of codes.entries()) {
        const [row] = await sanitation.sql<{ count: number }[]>`
          select count(distinct f.road_id)::integer as count from road_flush f join road r on r.id = f.road_id
          where starts_with(r.division_code, division_prefix(${code})) and f.day between ${from as string} and ${to as string}`;
        expect(answers[index].sanitation.roadsFlushed, `${code} ${from}`).toBe(row?.count);
      }
    }
  });

  it('takes one statement for stocks, flows and series together, however many divisions are asked for', async () => {
    const day = today();
    const last = `period: { from: "${addDays(day, -30)}", to: "${day}" }`;
    sanitation.statements();
    await overviews(
      ['410100', '410102', '410103', '410105', '410105007', '410105007003'],
      `vehiclesOnDuty workersOnDuty pollutionSources { count }
       blindSpotsCleared(${last}) blindSpotsReported(${last}) vehicleDispatches(${last})
       roadsFlushed(${last})
       trend(metric: BLIND_SPOTS_CLEARED, ${last}, interval: MONTH) { value }
       currentAlert { level }`,
    );
    // All counts, distinct roads, the alert; crews, vehicles and dispatches of a division above.
    expect(sanitation.statements()).toHaveLength(6);
    await overviews(['410100', '410105'], `vehiclesOnDuty workersOnDuty vehicleDispatches(${last})`);
    expect(sanitation.statements()).toHaveLength(1);
  });

  it('gives a series whose points sum to the period’s count, zero where nothing happened', async () => {
    const { trend, blindSpotsCleared } = await overview(
      '410105',
      `trend(metric: BLIND_SPOTS_CLEARED, period: { from: "2017-12-15", to: "2018-04-02" }, interval: MONTH) { start value }
       blindSpotsCleared(${cleanUp})`,
    );
    expect(trend.map((point: { start: string }) => point.start)).toEqual([
      '2017-12-01',
      '2018-01-01',
      '2018-02-01',
      '2018-03-01',
      '2018-04-01',
    ]);
    expect(trend[0].value).toBe(0);
    expect(trend[4].value).toBe(0);
    expect(trend.reduce((total: number, point: { value: number }) => total + point.value, 0)).toBe(
      blindSpotsCleared,
    );
  });

  it('refuses a period that ends before it starts, and answers null for an invalid division code', async () => {
    const { data, errors } = await sanitation.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division {
        sanitation { roadsFlushed(period: { from: "2018-03-09", to: "2018-01-01" }) }
      } } }`,
      { r: [{ __typename: 'Division', code: '410105' }] },
    );
    expect(data._entities).toEqual([{ sanitation: null }]);
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', argument: 'period.to' } });
    const { data: none } = await sanitation.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { code } } }',
      { r: [{ __typename: 'Division', code: 'x' }] },
    );
    expect(none._entities).toEqual([null]);
  });
});

describe('the rollups', () => {
  it('equal a recount of the seeded rows', async () => {
    expect(await sanitation.sql`select * from tally_recount()`).toEqual([]);
    expect(await sanitation.sql`select * from road_flush_recount()`).toEqual([]);
  });

  it('take concurrent writes without waiting, in one row when they follow each other', async () => {
    const { url, sql, drop } = await emptyDatabase(subgraph);
    const place = { longitude: 113.68, latitude: 34.79 };
    let ordinal = 0;
    const report = (by: Sql) =>
      by`insert into blind_spot ${by([{ id: `014aa2ca-6000-7069-8000-00000000000${ordinal++}`, division_code: '410105007003', place: '巷口', kind: 'WEEDS', status: 'REPORTED', reported_at: '2026-03-01T12:00:00+08:00', ...place }])}`;
    const slots = () => sql`select slot from rollup where division_code = '410105' and grain = 'STOCK'`;
    const pools = Array.from({ length: 4 }, () => openDatabase(url, { maxConnections: 1 }));
    for (const pool of pools) await report(pool);
    expect(await slots()).toHaveLength(1);
    // Two transactions whose slots differ from each other and from the existing one.
    const taken = new Set((await slots()).map(({ slot }) => slot));
    const apart: Database[] = [];
    for (const pool of pools) {
      const [own] = await pool<{ slot: number }[]>`select (pg_backend_pid() % 32)::integer as slot`;
      if (own && !taken.has(own.slot)) apart.push(pool);
      taken.add(own?.slot);
    }
    const [first, second] = apart as [Database, Database];
    await first.begin(async (transaction) => {
      await report(transaction);
      await second`set lock_timeout = 1000`;
      await report(second);
    });
    expect(await slots()).toHaveLength(2);
    const [sum] =
      await sql`select sum(amount)::integer as sum from tally where division_code = '410105' and metric = 'blind_spots:REPORTED'`;
    expect(sum).toEqual({ sum: 6 });
    expect(await sql`select * from tally_recount()`).toEqual([]);
    for (const pool of pools) await pool.end();
    await drop();
  });

  it('follow rows that are added, changed and removed', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const place = { longitude: 113.68, latitude: 34.79 };
    const home = { id: '014aa2ca-6000-7069-8000-000000000001', division_code: '410105007003' };
    const [reported, cleared] = ['2026-03-01T23:59:00+08:00', '2026-03-02T00:00:00+08:00'];
    await sql`insert into blind_spot ${sql([{ ...home, place: '巷口', kind: 'WEEDS', status: 'REPORTED', reported_at: reported, ...place }])}`;
    await sql`update blind_spot set status = 'CLEARED', cleared_at = ${cleared}`;
    const read = async () =>
      (
        await sql<{ metric: string; start: string; amount: number }[]>`
          select metric, start, sum(amount) as amount from tally
          where division_code = '410100' and grain in ('STOCK', 'DAY') group by 1, 2 having sum(amount) <> 0 order by 1, 2`
      ).map((row) => [row.metric, row.start, row.amount]);
    expect(await read()).toEqual([
      ['blind_spots:CLEARED', '0001-01-01', 1],
      ['blind_spots_cleared', '2026-03-02', 1],
      ['blind_spots_cleared:WEEDS', '2026-03-02', 1],
      ['blind_spots_reported', '2026-03-01', 1],
      ['blind_spots_reported:WEEDS', '2026-03-01', 1],
    ]);
    expect(await sql`select * from tally_recount()`).toEqual([]);
    await sql`delete from blind_spot`;
    expect(await read()).toEqual([]);
    expect(await sql`select * from tally_recount()`).toEqual([]);
    await drop();
  });
});
