import { headersOf } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let security: TestSubgraph;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await emptyDatabase(subgraph);
  drop = database.drop;
  security = await testSubgraph(subgraph, database.url);
});
afterAll(async () => {
  await security.stop();
  await drop();
});
beforeEach(async () => {
  await security.sql`truncate rollup`;
  for (const [code, incidents, caught] of [
    ['410105', 9, 2],
    ['410104', 20, 12],
    ['410102', 30, 25],
  ] as const)
    for (const [metric, amount] of Object.entries({
      'incidents:2': incidents,
      'incident_kinds:LOST_PERSON': 1,
      'incident_kinds:OTHER': incidents - 1,
      'outcomes:CASE': incidents,
      suspects_caught: caught,
      people_assisted: incidents,
    }))
      await security.sql`select tally_add(array[row(${metric}::text, ${code}::text, '2024-01-10'::date, ${amount}::bigint)::fact])`;
});

const january = 'period: { from: "2024-01-01", to: "2024-01-31" }';
const districts = ['410100', '410105', '410104', '410102', '410103'];

async function overviews(fields: string, headers: Record<string, string>, codes = districts) {
  const { data, errors } = await security.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { security { ${fields} } } } }`,
    { r: codes.map((code) => ({ __typename: 'Division', code })) },
    headers,
  );
  expect(errors).toBeUndefined();
  return data._entities.map((entity: { security: unknown }) => entity.security);
}
const anybody = await headersOf({ roles: ['analyst'] });

describe('counts of persons in incidents', () => {
  const fields = `incidents(${january}) { total suspectsCaught peopleAssisted byKind { kind } byOutcome { count } }
    trend(metric: SUSPECTS_CAUGHT, ${january}, interval: MONTH) { value }
    raised: trend(metric: INCIDENTS_RAISED, ${january}, interval: WEEK) { value }`;

  it('withhold suspects where they are few and where those could be derived, and kinds altogether', async () => {
    const answers = await overviews(fields, anybody);
    const rows = answers.map(
      // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's.
      ({ incidents, trend }: any) => [
        incidents.total,
        incidents.suspectsCaught,
        incidents.peopleAssisted,
        trend[0].value,
      ],
    );
    expect(rows).toEqual([
      [59, 39, 59, 39],
      [9, null, 9, null],
      [20, null, 20, null],
      [30, 25, 30, 25],
      [0, 0, 0, 0],
    ]);
    for (const { incidents, raised } of answers) {
      expect(incidents.byKind).toBeNull();
      expect(raised.map(({ value }: { value: number }) => value)).not.toContain(null);
    }
  });

  it('are exact for viewers with the scope there', async () => {
    const headers = await headersOf({ roles: ['duty-officer'], divisions: ['410105'] });
    const [city, jinshui, guancheng] = await overviews(fields, headers);
    expect(city.incidents.byKind).toBeNull();
    expect(jinshui.incidents).toMatchObject({
      suspectsCaught: 2,
      byKind: expect.arrayContaining([{ kind: 'LOST_PERSON' }]),
    });
    expect(guancheng.incidents).toMatchObject({ suspectsCaught: null, byKind: null });
  });

  it('take the same one statement as the incidents, for any viewer', async () => {
    const fields = `incidents(${january}) { total suspectsCaught peopleAssisted }`;
    for (const headers of [anybody, await headersOf({ roles: ['duty-officer'] })]) {
      security.statements();
      await overviews(fields, headers);
      expect(security.statements()).toHaveLength(1);
    }
  });
});

describe('counts of incidents, which could reveal where one happened', () => {
  const [subdistrict, community, empty] = ['410105001', '410105001003', '410105001012'];
  const day = 'period: { from: "2024-02-20", to: "2024-02-20" }';
  const february = 'period: { from: "2024-02-01", to: "2024-02-29" }';
  beforeEach(async () => {
    for (const [metric, date] of [
      ['incidents:2', '2024-02-20'],
      ['incident_kinds:LOST_PERSON', '2024-02-20'],
      ['outcomes:ASSISTANCE', '2024-02-20'],
      ['people_assisted', '2024-02-20'],
      ['open_incidents', null],
    ] as const)
      await security.sql`select tally_add(array[row(${metric}::text, ${community}::text, ${date}::date, 7::bigint)::fact])`;
  });
  const fields = `openIncidents
    day: incidents(${day}) { total bySeverity { severity count } byOutcome { count } falseAlarms }
    month: incidents(${february}) { total peopleAssisted }
    days: trend(metric: INCIDENTS_RAISED, ${day}, interval: DAY) { value }
    months: trend(metric: ASSISTANCE, ${february}, interval: MONTH) { value }
    parts: trend(metric: CASES, period: { from: "2024-02-02", to: "2024-03-31" }, interval: MONTH) { value }`;

  it('are disclosed for no community, neither number nor zero, on any days', async () => {
    for (const headers of [anybody, await headersOf({ roles: ['sanitation-dispatcher'] })]) {
      const withheld = {
        openIncidents: null,
        day: null,
        month: null,
        days: [{ value: null }],
        months: [{ value: null }],
        parts: [{ value: null }, { value: null }],
      };
      expect(await overviews(fields, headers, [community, empty])).toEqual([withheld, withheld]);
    }
  });

  it('are disclosed for a subdistrict in completed whole months, for a district on any days', async () => {
    const [inside, district] = await overviews(fields, anybody, [subdistrict, '410105']);
    expect(inside).toEqual({
      openIncidents: null,
      day: null,
      month: { total: 7, peopleAssisted: 7 },
      days: [{ value: null }],
      months: [{ value: 7 }],
      parts: [{ value: null }, { value: 0 }],
    });
    expect(district).toMatchObject({
      openIncidents: 7,
      day: { total: 7, falseAlarms: 0 },
      days: [{ value: 7 }],
      parts: [{ value: 0 }, { value: 0 }],
    });
  });

  it('are complete for viewers with exact counts there', async () => {
    const headers = await headersOf({ roles: ['duty-officer'], divisions: ['410105'] });
    expect(await overviews(fields, headers, [community])).toMatchObject([
      { openIncidents: 7, day: { total: 7 }, days: [{ value: 7 }] },
    ]);
  });
});

describe('series', () => {
  const day = (ordinal: number) => new Date(Date.UTC(2023, 11, 1 + ordinal)).toISOString().slice(0, 10);

  it('of overlapping periods and of several metrics are one statement, each with its own days', async () => {
    const periods = Array.from({ length: 45 }, (_, index) => ({
      from: day(index),
      to: day(index + 20 + index),
    }));
    const fields = periods.flatMap(({ from, to }, index) =>
      ['CASES', 'INCIDENTS_RAISED'].map(
        (metric) =>
          `${metric.toLowerCase()}${index}: trend(metric: ${metric}, interval: DAY, period: { from: "${from}", to: "${to}" }) { start value }`,
      ),
    );
    security.statements();
    const [city] = await overviews(fields.join(' '), anybody);
    expect(security.statements()).toHaveLength(1);
    for (const [index, { from, to }] of periods.entries()) {
      const cases = city[`cases${index}`];
      expect(cases).toEqual(city[`incidents_raised${index}`]);
      expect(cases).toHaveLength(21 + index);
      expect(cases.filter(({ value }: { value: number }) => value > 0)).toEqual(
        from <= '2024-01-10' && '2024-01-10' <= to ? [{ start: '2024-01-10', value: 59 }] : [],
      );
    }
  });

  it('count only the days of the period in their first and last interval', async () => {
    const quarters = (from: string, to: string) =>
      `trend(metric: CASES, interval: QUARTER, period: { from: "${from}", to: "${to}" }) { start value }`;
    const [city] = await overviews(
      `with: ${quarters('2023-11-15', '2024-01-10')} without: ${quarters('2023-11-15', '2024-01-09')}
       years: trend(metric: CASES, interval: YEAR, period: { from: "2022-05-01", to: "2024-02-01" }) { start value }
       weeks: trend(metric: CASES, interval: WEEK, period: { from: "2024-01-10", to: "2024-01-16" }) { start value }`,
      anybody,
    );
    expect(city).toEqual({
      with: [
        { start: '2023-10-01', value: 0 },
        { start: '2024-01-01', value: 59 },
      ],
      without: [
        { start: '2023-10-01', value: 0 },
        { start: '2024-01-01', value: 0 },
      ],
      years: [
        { start: '2022-01-01', value: 0 },
        { start: '2023-01-01', value: 0 },
        { start: '2024-01-01', value: 59 },
      ],
      weeks: [
        { start: '2024-01-08', value: 59 },
        { start: '2024-01-15', value: 0 },
      ],
    });
  });
});
