// The questions of test/operations/rankings.graphql get the answers that a count of the rows gives.
import { addDays } from '@district-graph/kit/calendar';
import { registeredInside } from '@district-graph/kit/divisions/division-register';
import { loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import type { TestSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGraph, type TestGraph } from '../testkit/test-graph.ts';
import { inPeriod, twelveMonths } from './row-counts.ts';

const period = twelveMonths;
const lastYear = (day: string) => `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;
const districts = registeredInside('410100', 'DISTRICT');
const subdistricts = registeredInside('410100', 'SUBDISTRICT');
const city = loadSyntheticCity('default');

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.stop());

const sqlOf = (owner: string) => (graph.subgraphs[owner] as TestSubgraph).sql;

/** Numbers by division, counted from rows. */
type Counts = Map<string, number>;

async function countRows(owner: string, digits: number, text: string): Promise<Counts> {
  const rows = await sqlOf(owner).unsafe<{ code: string; n: number | string }[]>(
    `select left(division_code, ${digits}) as code, ${text} group by 1`,
  );
  return new Map(rows.map(({ code, n }) => [code, Number(n)]));
}

const rounded = (value: number) => Math.round(value * 10_000) / 10_000;

/** One value divided by another for each division, the greatest first, with equal ones by code; those without one are left out. */
function ordered(codes: readonly string[], figureOf: (code: string) => number | null): [string, number][] {
  return codes
    .flatMap((code): [string, number][] => {
      const value = figureOf(code);
      return value === null ? [] : [[code, rounded(value)]];
    })
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
}

interface Edge {
  node: { code: string; name: string };
  value: { value: number | null; unavailable: string | null };
}
const pairs = (edges: readonly Edge[]) => edges.map(({ node, value }) => [node.code, value.value]);
const at = (counts: Counts, code: string) => counts.get(code) ?? 0;

it('most elders per care worker', async () => {
  const { elderlyCareRanking } = await graph.send('MostEldersPerCareWorker', { first: 20 });
  const elders = await countRows('elderly-care', 6, `count(*) as n from elder where status = 'REGISTERED'`);
  const workers = await countRows(
    'elderly-care',
    6,
    `count(*) as n from care_worker where status = 'REGISTERED' and on_duty and role = 'HOME_CARE'`,
  );
  const expected = ordered(districts, (code) =>
    at(workers, code) ? at(elders, code) / at(workers, code) : null,
  );
  expect(expected.length).toBeGreaterThan(10);
  expect(pairs(elderlyCareRanking.edges).slice(0, expected.length)).toEqual(expected);
});

it('visits over twelve months by district, beside the twelve before', async () => {
  const { elderlyCareRanking } = await graph.send('VisitsByDistrict', { period });
  const visits = (range: typeof period) =>
    countRows('elderly-care', 6, `count(*) as n from care_visit where ${inPeriod('completed_at', range)}`);
  const now = await visits(period);
  const before = await visits({ from: lastYear(period.from), to: lastYear(period.to) });
  expect(pairs(elderlyCareRanking.edges)).toEqual(ordered(districts, (code) => at(now, code)));
  expect(at(now, '410105')).toBeGreaterThan(100);
  for (const { node, value } of elderlyCareRanking.edges) {
    expect(value.comparison.value, node.code).toBe(at(before, node.code));
    const months: { value: number }[] = node.elderlyCare.trend;
    expect(months).toHaveLength(12);
    expect(months.reduce((sum, month) => sum + month.value, 0)).toBe(value.value);
  }
});

it('subdistricts with incidents and few or no cameras', async () => {
  const incidents = await countRows(
    'security',
    9,
    `count(*) as n from incident where ${inPeriod('raised_at')}`,
  );
  const cameras = await countRows(
    'security',
    9,
    `count(*) as n from security_device where kind = 'CAMERA' and retired_at is null`,
  );
  const numbers = subdistricts.map((code) => at(cameras, code)).sort((a, b) => a - b);
  for (const most of [0, numbers[20] ?? 0]) {
    const { securityRanking } = await graph.send('IncidentsWithoutCameras', {
      period,
      cameras: most,
      first: 100,
    });
    const expected = ordered(subdistricts, (code) =>
      at(incidents, code) > 0 && at(cameras, code) <= most ? at(incidents, code) : null,
    );
    if (most > 0) expect(expected.length).toBeGreaterThan(5);
    expect(pairs(securityRanking.edges)).toEqual(expected);
    expect(securityRanking.totalCount).toBe(expected.length);
  }
});

it('the ten subdistricts that clear most blind spots per cleaner', async () => {
  const { sanitationRanking } = await graph.send('BlindSpotsClearedPerCleaner', { period });
  const cleared = await countRows(
    'sanitation',
    9,
    `count(*) as n from blind_spot where status = 'CLEARED' and ${inPeriod('cleared_at')}`,
  );
  const crews = 'from sanitation_crew where disbanded_on is null';
  const cleaners = await countRows('sanitation', 9, `sum(workers_on_duty) as n ${crews}`);
  // Crews that a whole district keeps belong to none of its subdistricts alone.
  const ofDistricts = await sqlOf('sanitation').unsafe<{ code: string }[]>(
    `select distinct division_code as code ${crews} and length(division_code) = 6`,
  );
  const unknown = new Set(ofDistricts.map(({ code }) => code));
  const expected = ordered(subdistricts, (code) =>
    at(cleaners, code) && !unknown.has(code.slice(0, 6)) ? at(cleared, code) / at(cleaners, code) : null,
  );
  expect(expected.length).toBeGreaterThan(30);
  expect(pairs(sanitationRanking.edges)).toEqual(expected.slice(0, 10));
});

it('bookings and attendance per 1,000 residents by district', async () => {
  const { cultureRanking } = await graph.send('CulturePerThousandResidents', { period });
  const started = `from session where status <> 'CANCELLED' and ${inPeriod('starts_at')}`;
  const booked = await countRows('culture', 6, `sum(seats_taken) as n ${started}`);
  const attended = await countRows('culture', 6, `sum(attended) as n ${started} and status = 'HELD'`);
  const residents: Counts = new Map(
    districts.map((code) => [code, city.communitiesOf(code).reduce((sum, each) => sum + each.residents, 0)]),
  );
  const perThousand = (counts: Counts, code: string) => (at(counts, code) * 1000) / at(residents, code);
  expect(pairs(cultureRanking.edges)).toEqual(ordered(districts, (code) => perThousand(booked, code)));
  for (const { node } of cultureRanking.edges) {
    expect(node.communityStatistics.residents).toBe(at(residents, node.code));
    expect(node.culture.attendance.value, node.code).toBe(rounded(perThousand(attended, node.code)));
  }
});

it('two districts on everything, with a year before', async () => {
  const codes = ['410105', '410104'];
  const { divisionsByCode } = await graph.send('CompareDivisions', { codes, period });
  expect(divisionsByCode.map(({ code }: { code: string }) => code)).toEqual(codes);
  const elders = await countRows('elderly-care', 6, `count(*) as n from elder where status = 'REGISTERED'`);
  const sessions = await countRows(
    'culture',
    6,
    `count(*) as n from session where status <> 'CANCELLED' and ${inPeriod('starts_at')}`,
  );
  const points = await countRows('places', 6, `count(*) as n from service_point where status = 'OPEN'`);
  const hazards = await countRows(
    'security',
    6,
    `sum(hazards) as n from safety_inspection where status = 'HAZARDS_FOUND'`,
  );
  for (const division of divisionsByCode) {
    const { code, residents, servicePoints, elderlyCare, culture, security, community, sanitation } =
      division;
    expect(elderlyCare.elders.value).toBe(at(elders, code));
    expect(culture.sessions.value).toBe(at(sessions, code));
    expect(security.openHazards.value).toBe(at(hazards, code));
    expect(servicePoints.value).toBe(rounded((at(points, code) * 1000) / residents.value));
    for (const { value } of [community.volunteers, sanitation.cleared, culture.attendance])
      expect(value).toBeGreaterThan(0);
    expect(culture.sessions.comparison.value).toBeGreaterThan(0);
  }
});

describe('without exact counts', () => {
  it('the same values are disclosed, or withheld and last', async () => {
    const text = `query ($period: DateRange!) { elderlyCareRanking(level: SUBDISTRICT, period: $period,
      orderBy: { indicator: VISITS_COMPLETED, per: THOUSAND_ELDERS }, first: 100) {
      totalCount edges { rank value { value unavailable } node { code name } } } }`;
    const exact = await graph.query(text, { period });
    const open = await graph.query(text, { period }, {});
    const values = new Map(pairs(exact.data.elderlyCareRanking.edges) as [string, number][]);
    const edges: (Edge & { rank: number | null })[] = open.data.elderlyCareRanking.edges;
    expect(open.data.elderlyCareRanking.totalCount).toBe(subdistricts.length);
    const given = edges.filter(({ value }) => value.value !== null);
    for (const { node, value } of given)
      if (values.has(node.code)) expect(value.value).toBe(values.get(node.code));
    const withheld = edges.slice(given.length);
    expect(withheld.length).toBeGreaterThan(0);
    for (const { rank, value } of withheld) {
      expect(rank).toBeNull();
      expect(value.unavailable).toBe('SMALL_COUNT');
    }
  });

  it('any partial period of persons is withheld everywhere', async () => {
    const part = { from: addDays(period.from, 1), to: period.to };
    const { data } = await graph.query(
      `query ($period: DateRange!) { cultureRanking(level: DISTRICT, period: $period, orderBy: { indicator: ATTENDANCE }) {
        edges { value { value unavailable } } } }`,
      { period: part },
      {},
    );
    const reasons = data.cultureRanking.edges.map(({ value }: Edge) => value);
    expect(new Set(reasons.map(({ unavailable }: Edge['value']) => unavailable))).toEqual(
      new Set(['PERIOD_NOT_WHOLE_MONTHS']),
    );
    expect(reasons.every(({ value }: Edge['value']) => value === null)).toBe(true);
  });
});

it('ranks divisions by what places itself counts, beside the fields of all', async () => {
  const { placesRanking, servicePointAggregates } = await graph.dataOf(`{
    placesRanking(level: DISTRICT, orderBy: { indicator: SERVICE_POINTS, per: THOUSAND_RESIDENTS }, first: 3) {
      nodes { name __typename } edges { value { value } node { code name ... on District { level } culture { venueCount } } } }
    servicePointAggregates(within: "410105", groupBy: [CIRCLE, SUBDISTRICT]) { circle count division { code name } }
  }`);
  const points = await countRows('places', 6, `count(*) as n from service_point where status = 'OPEN'`);
  const residents = await countRows('culture', 6, 'sum(residents) as n from division_population');
  const expected = ordered(districts, (code) => (at(points, code) * 1000) / at(residents, code));
  expect(pairs(placesRanking.edges)).toEqual(expected.slice(0, 3));
  for (const { node } of placesRanking.edges) {
    expect(node.level).toBe('DISTRICT');
    expect(node.culture.venueCount).toBeGreaterThan(0);
  }
  const counted = servicePointAggregates as { count: number; division: { name: string } }[];
  expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(at(points, '410105'));
  expect(counted.every(({ division }) => division.name.length > 1)).toBe(true);
});

it('while places is down, the values stay, and only names are missing', async () => {
  const alone = await startTestGraph({ only: ['elderly-care'] });
  try {
    const { data, errors } = await alone.query(
      '{ elderlyCareRanking(level: DISTRICT, orderBy: { indicator: ELDERS }, first: 3) { edges { rank value { value } node { code name } } } }',
    );
    const { edges } = data.elderlyCareRanking;
    expect(edges.map(({ rank }: { rank: number }) => rank)).toEqual([1, 2, 3]);
    for (const { value, node } of edges) {
      expect(value.value).toBeGreaterThan(1000);
      expect(node).toBeNull();
    }
    expect(errors?.[0]?.extensions.service).toBe('places');
  } finally {
    await alone.stop();
  }
});
