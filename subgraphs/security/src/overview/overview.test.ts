import { addDays, today } from '@district-graph/kit/calendar';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refreshHeartbeats } from '../seed/heartbeats.ts';
import { subgraph } from '../subgraph.ts';

let security: TestSubgraph;
beforeAll(async () => {
  security = await testSubgraph(subgraph);
  await refreshHeartbeats(security.sql);
});
afterAll(() => security.stop());

const overviews = async (codes: string[], fields: string) => {
  const { data, errors } = await security.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { code security { ${fields} } } } }`,
    { r: codes.map((code) => ({ __typename: 'Division', code })) },
  );
  expect(errors).toBeUndefined();
  return data._entities.map((entity: { security: unknown } | null) => entity?.security ?? null);
};
const reported = 'period: { from: "2015-01-01", to: "2015-10-31" }';

describe('the reported figures', () => {
  it('of Guancheng’s devices: 2,577 cameras, 120 alarm boxes, platforms of three tiers', async () => {
    const [security] = await overviews(['410104'], 'cameras alarmBoxes platformTiers devicesOnlineRate');
    expect(security).toMatchObject({ cameras: 2577, alarmBoxes: 120, platformTiers: 3 });
    expect(security.devicesOnlineRate).toBeGreaterThan(0.9);
    expect(security.devicesOnlineRate).toBeLessThan(1);
  });

  it('of Guancheng from January to October 2015: 2,567 cases, 232 suspects, 1,363 problems solved, 1,569 people', async () => {
    const [{ incidents }] = await overviews(
      ['410104'],
      `incidents(${reported}) { total byOutcome { outcome count } bySeverity { count } byKind { count } suspectsCaught peopleAssisted falseAlarms }`,
    );
    expect(incidents).toMatchObject({ suspectsCaught: 232, peopleAssisted: 1569 });
    expect(incidents.byOutcome).toEqual([
      { outcome: 'CASE', count: 2567 },
      { outcome: 'LIVELIHOOD', count: 1363 },
      { outcome: 'ASSISTANCE', count: expect.any(Number) },
    ]);
    const sum = (rows: { count: number }[]) => rows.reduce((total, { count }) => total + count, 0);
    expect(sum(incidents.byOutcome) + incidents.falseAlarms).toBe(incidents.total);
    expect(sum(incidents.bySeverity)).toBe(incidents.total);
    expect(sum(incidents.byKind)).toBe(incidents.total);
  });

  it('of 济源路街道 on 20 March 2021: one lost elder brought home', async () => {
    const [{ incidents, incidentList }] = await overviews(
      ['410106001'],
      'incidents(period: { from: "2021-03-20", to: "2021-03-20" }) { peopleAssisted } incidentList(kind: LOST_PERSON, period: { from: "2021-03-20", to: "2021-03-20" }) { totalCount }',
    );
    expect({ incidents, incidentList }).toEqual({
      incidents: { peopleAssisted: 1 },
      incidentList: { totalCount: 1 },
    });
  });
});

describe('a division', () => {
  it('is the sum of its parts', async () => {
    const fields = `cameras alarmBoxes incidents(${reported}) { total peopleAssisted }`;
    const parts = await security.sql<{ code: string }[]>`
      select distinct left(division_code, 9) as code from security_device where left(division_code, 6) = '410106'
      union select left(division_code, 9) from incident where left(division_code, 6) = '410106'`;
    const [whole, ...rest] = await overviews(['410106', ...parts.map(({ code }) => code)], fields);
    const sum = (pick: (part: typeof whole) => number) =>
      rest.map(pick).reduce((a: number, b: number) => a + b, 0);
    expect(sum((part) => part.cameras)).toBe(whole.cameras);
    expect(sum((part) => part.alarmBoxes)).toBe(whole.alarmBoxes);
    expect(sum((part) => part.incidents.total)).toBe(whole.incidents.total);
  });

  it('without devices has no online rate, and an invalid one answers null', async () => {
    expect(await overviews(['419999', 'x'], 'cameras devicesOnlineRate openIncidents')).toEqual([
      { cameras: 0, devicesOnlineRate: null, openIncidents: 0 },
      null,
    ]);
  });

  it('has activity up to today and coming inspections', async () => {
    const period = `period: { from: "${addDays(today(), -61)}", to: "${addDays(today(), 28)}" }`;
    const [overview] = await overviews(
      ['410105'],
      `openIncidents incidents(${period}) { total } safetyInspections(${period}) { carriedOut hazardsFound } safetyInspectionList(status: SCHEDULED) { totalCount }`,
    );
    expect(overview.openIncidents).toBeGreaterThan(0);
    expect(overview.incidents.total).toBeGreaterThan(20);
    expect(overview.safetyInspections.carriedOut).toBeGreaterThan(5);
    expect(overview.safetyInspectionList.totalCount).toBeGreaterThan(0);
  });
});

it('takes one statement for stocks, flows and series together and one for silent devices, however many divisions', async () => {
  const codes = ['410102', '410103', '410104', '410105', '410106', '410100', '410104001'];
  security.statements();
  await overviews(
    codes,
    `cameras alarmBoxes devicesOnlineRate deviceCounts { count } openIncidents openHazards
    incidents(${reported}) { total byOutcome { count } suspectsCaught peopleAssisted }
    trend(metric: INCIDENTS_RAISED, ${reported}, interval: MONTH) { start value }`,
  );
  expect(security.statements()).toHaveLength(2);
});

it('gives a series that adds up to the period', async () => {
  const [{ trend }] = await overviews(
    ['410104'],
    `trend(metric: CASES, ${reported}, interval: QUARTER) { start value }`,
  );
  expect(trend.map((point: { start: string }) => point.start)).toEqual([
    '2015-01-01',
    '2015-04-01',
    '2015-07-01',
    '2015-10-01',
  ]);
  expect(trend.reduce((total: number, point: { value: number }) => total + point.value, 0)).toBe(2567);
});

it('refuses a period that ends before it starts', async () => {
  const { errors } = await security.request(
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { security { incidents(period: { from: "2015-02-01", to: "2015-01-01" }) { total } } } } }',
    { r: [{ __typename: 'Division', code: '410104' }] },
  );
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'period.to' });
});

it('keeps rollups that equal a recount of the rows', async () => {
  expect(await security.sql`select * from tally_recount()`).toEqual([]);
});
