import { addDays, today } from '@district-graph/kit/calendar';
import { newId } from '@district-graph/kit/database/ids';
import { loadSyntheticCity } from '@district-graph/kit/seed/synthetic-city';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertCareWorker, insertElder } from '../seed/made-up.ts';
import { subgraph } from '../subgraph.ts';

let care: TestSubgraph;
beforeAll(async () => {
  care = await testSubgraph(subgraph);
});
afterAll(() => care.stop());

const { districts, subdistricts, communitiesOf } = loadSyntheticCity('default');
const codesOf = (divisions: { code: string }[]) => divisions.map(({ code }) => code);

const request = (codes: string[], fields: string) =>
  care.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { code elderlyCare { ${fields} } } } }`,
    { r: codes.map((code) => ({ __typename: 'Division', code })) },
  );

/** The overviews as the gateway requests them: by the divisions' codes. */
async function overviews(codes: string[], fields: string) {
  const { data, errors } = await request(codes, fields);
  expect(errors).toBeUndefined();
  return data._entities.map((entity: { elderlyCare: unknown } | null) => entity?.elderlyCare ?? null);
}

const lastYear = `period: { from: "${addDays(today(), -399)}", to: "${addDays(today(), -3)}" }`;
const ever = `period: { from: "2010-01-01", to: "${addDays(today(), 30)}" }`;
const stocks = `elders homeCareHouseholds homeCareRecipients careWorkersOnDuty certifiedSocialWorkers
  dayCareCentres ruralHomes privateHomes medicalCareCentres institutionBeds institutionResidents`;
const flows = `visits(${lastYear}) { requested completed cancelled }
  subsidies(${ever}, scheme: BIRTH_POLICY_AWARD) { claims amount { fen } }
  servicePurchases(${ever}) { purchases posts amount { fen } }
  outreach(${ever}, kind: FREE_CLINIC) { events beneficiaries }
  clinic: outreach(${lastYear}, kind: FREE_CLINIC) { events beneficiaries }`;

type Figures = { [field: string]: number | Figures };

/** The figures of an answer by their paths. */
const leaves = (answer: Figures, path = ''): [string, number][] =>
  Object.entries(answer).flatMap(([field, value]) =>
    typeof value === 'number' ? [[path + field, value]] : leaves(value, `${path}${field}.`),
  );

function sumOfAll(answers: Figures[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [path, value] of answers.flatMap((answer) => leaves(answer)))
    sums[path] = (sums[path] ?? 0) + value;
  return sums;
}

describe('the overview', () => {
  it('of the city is the sum of its fifteen districts, in every figure', async () => {
    const [city, ...parts] = await overviews(['410100', ...codesOf(districts)], `${stocks} ${flows}`);
    expect(parts).toHaveLength(15);
    const figures = Object.fromEntries(leaves(city));
    expect(sumOfAll(parts)).toEqual(figures);
    for (const [path, value] of Object.entries(figures)) expect(value, path).toBeGreaterThan(0);
  });

  it('adds up from communities to subdistricts, and from those to their district', async () => {
    const fields = `elders homeCareHouseholds homeCareRecipients institutionBeds institutionResidents ${flows.replace(/servicePurchases.*/, '')}`;
    const parts = codesOf(subdistricts).filter((code) => code.startsWith('410105'));
    const [district, ...ofSubdistricts] = await overviews(['410105', ...parts], fields);
    expect(sumOfAll(ofSubdistricts)).toEqual(Object.fromEntries(leaves(district)));
    const codes = codesOf(communitiesOf('410105007'));
    const [subdistrict, ...ofCommunities] = await overviews(['410105007', ...codes], fields);
    expect(ofCommunities).toHaveLength(12);
    expect(sumOfAll(ofCommunities)).toEqual(Object.fromEntries(leaves(subdistrict)));
    expect(subdistrict.elders).toBeGreaterThan(5323);
  });

  it('takes one statement for stocks, flows and series together, however many divisions', async () => {
    const fields = `${stocks} ${flows} trend(metric: VISITS_COMPLETED, ${lastYear}, interval: MONTH) { start value }
       institutions(first: 3) { totalCount nodes { id name } }`;
    care.statements();
    await overviews([...codesOf(districts), '410100'], fields);
    // All counts, and the institutions.
    expect(care.statements()).toHaveLength(2);
    await overviews([...codesOf(districts), '410100', '410105007', '410105007003'], fields);
    const above = care.statements().filter((statement) => statement.includes('where exists'));
    // Whether home-care workers, social workers, purchases and each kind of outreach are registered for a division
    // above.
    expect(above).toHaveLength(5);
  });

  it('averages ratings as the rows do, and is null where there are none', async () => {
    const [jinshui, none] = await overviews(['410105', '419999'], `visits(${lastYear}) { averageRating }`);
    const [row] = await care.sql`
      select round(avg(rating), 2)::double precision as average from care_visit where division_code like '410105%'
        and (completed_at at time zone 'Asia/Shanghai')::date between ${addDays(today(), -399)} and ${addDays(today(), -3)}`;
    expect(jinshui.visits.averageRating).toBe(row?.average);
    expect(none.visits.averageRating).toBeNull();
  });

  it('answers zeros for a division without elderly care, and null for an invalid division code', async () => {
    const [malformed, short, empty] = await overviews(['x', '41010', '419999'], `${stocks} ${flows}`);
    expect([malformed, short]).toEqual([null, null]);
    expect(leaves(empty).map(([, value]) => value)).toEqual(Array(23).fill(0));
  });

  it('lists the institutions of each division by kind, with their number', async () => {
    const answers = await overviews(
      codesOf(districts),
      'ruralHomes institutions(kind: RURAL_HOME, first: 100) { totalCount nodes { kind division { code } } }',
    );
    for (const [index, { ruralHomes, institutions }] of answers.entries()) {
      expect(institutions).toMatchObject({ totalCount: ruralHomes, nodes: { length: ruralHomes } });
      for (const { kind, division } of institutions.nodes) {
        expect(kind).toBe('RURAL_HOME');
        expect(division.code.startsWith(districts[index]?.code)).toBe(true);
      }
    }
  });
});

describe('the series', () => {
  const each = (field: string, argument: string, values: string[], figure: string) =>
    values.map((value) => `${value}: ${field}(${ever}, ${argument}: ${value}) { ${figure} }`).join(' ');
  const schemes = ['AGE_ALLOWANCE', 'CENTENARIAN_ALLOWANCE', 'BIRTH_POLICY_AWARD'];
  const kinds = ['FREE_CLINIC', 'WHEELCHAIR_DELIVERY', 'HOME_REPAIR'];
  const coarse = ['MONTH', 'QUARTER', 'YEAR'];
  const every = ['DAY', 'WEEK', ...coarse];

  it.each([
    ['VISITS_REQUESTED', every, lastYear, `visits(${lastYear}) { requested }`],
    ['VISITS_COMPLETED', every, lastYear, `visits(${lastYear}) { completed }`],
    ['VISITS_CANCELLED', every, lastYear, `visits(${lastYear}) { cancelled }`],
    ['SUBSIDY_CLAIMS', coarse, ever, each('subsidies', 'scheme', schemes, 'claims')],
    ['OUTREACH_BENEFICIARIES', coarse, ever, each('outreach', 'kind', kinds, 'beneficiaries')],
  ])('of %s sums by %o to the sum of the period', async (metric, intervals, period, fields) => {
    const series = intervals.map(
      (interval) => `${interval}: trend(metric: ${metric}, ${period}, interval: ${interval}) { start value }`,
    );
    const [figures] = await overviews(['410100'], fields);
    const [answer] = await overviews(['410100'], series.join(' '));
    const sum = leaves(figures).reduce((total, [, value]) => total + value, 0);
    expect(sum).toBeGreaterThan(0);
    for (const interval of intervals) {
      const points: { start: string; value: number }[] = answer[interval];
      expect(
        points.reduce((total, { value }) => total + value, 0),
        interval,
      ).toBe(sum);
      const starts = points.map(({ start }) => start);
      expect(starts).toEqual([...new Set(starts)].sort());
    }
  });

  it('is zero where nothing happened, and refused above 400 points or for a reversed period', async () => {
    const trend = (period: string) =>
      `trend(metric: VISITS_COMPLETED, period: { ${period} }, interval: DAY) { start value }`;
    const [answer] = await overviews(['419999'], trend('from: "2026-02-27", to: "2026-03-01"'));
    expect(answer.trend).toEqual(
      ['2026-02-27', '2026-02-28', '2026-03-01'].map((start) => ({ start, value: 0 })),
    );
    for (const [period, argument] of [
      ['from: "2024-01-01", to: "2025-03-01"', 'period'],
      ['from: "2026-02-01", to: "2026-01-01"', 'period.to'],
    ] as const) {
      const { data, errors } = await request(['410105'], trend(period));
      expect(data._entities[0].elderlyCare).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
    }
  });
});

describe('the rollups', () => {
  it('equal a recount of the seeded rows', async () => {
    const differences = await care.sql.begin(async (sql) => {
      // The recount reads every row: on a busy machine it takes longer than a request may.
      await sql`set local statement_timeout = '55s'`;
      return sql`select * from tally_recount()`;
    });
    expect(differences).toEqual([]);
  });

  it('follow rows that are added, changed, moved and removed', async () => {
    const { sql, drop } = await emptyDatabase(subgraph);
    const [community, other] = ['410105001003', '410105007003'];
    const id = () => newId(community);
    const [elder, worker, home, household, visit] = [id(), id(), id(), id(), id()];
    const read = async (code: string) =>
      Object.fromEntries(
        (
          await sql<{ metric: string; start: string; amount: number }[]>`
            select metric, start, sum(amount) as amount from tally where division_code = ${code} and grain in ('STOCK', 'DAY')
            group by 1, 2 having sum(amount) <> 0`
        ).map(({ metric, start, amount }) => [
          start === '0001-01-01' ? metric : `${metric} ${start}`,
          amount,
        ]),
      );
    const recount = () => sql`select * from tally_recount()`;
    await insertCareWorker(sql, { id: worker, divisionCode: '410105' });
    await sql`insert into care_institution (id, division_code, name, kind, beds, phone, opened_on, longitude, latitude)
      values (${home}, ${other}, '示例', 'PRIVATE_HOME', 2, '0371-0', '2015-01-01', 113.68, 34.79)`;
    await sql`insert into household (id, division_code) values (${household}, ${community})`;
    await insertElder(sql, {
      id: elder,
      divisionCode: community,
      householdId: household,
      careMode: 'HOME',
    });
    await sql`insert into care_visit (id, division_code, elder_id, kind, status, requested_at, scheduled_at)
      values (${visit}, ${community}, ${elder}, 'MEAL', 'REQUESTED', '2026-03-01T23:59:59+08:00', '2026-03-03T00:00:00+08:00')`;
    await sql`update care_visit set status = 'COMPLETED', care_worker_id = ${worker}, assigned_at = scheduled_at,
      started_at = scheduled_at, completed_at = scheduled_at, rating = 4`;
    const visited = {
      'visits_requested 2026-03-01': 1,
      'visits_completed 2026-03-03': 1,
      'ratings 2026-03-03': 4,
      'rated_visits 2026-03-03': 1,
    };
    expect(await read(community)).toEqual({
      elders: 1,
      home_care_recipients: 1,
      home_care_households: 1,
      ...visited,
    });
    const institution = { 'institutions:PRIVATE_HOME': 1, institution_beds: 2 };
    const staff = { 'care_workers:HOME_CARE': 1, care_workers_on_duty: 1 };
    expect(await read('410100')).toEqual({ ...(await read(community)), ...institution, ...staff });
    expect(await recount()).toEqual([]);

    // A move to an institution in another subdistrict, and a visit that turns out to have been there.
    await sql`update elder set care_mode = 'INSTITUTION', care_institution_id = ${home}`;
    await sql`update care_visit set division_code = ${other}, rating = null`;
    await sql`update care_worker set on_duty = false`;
    const unrated = { 'visits_requested 2026-03-01': 1, 'visits_completed 2026-03-03': 1 };
    expect(await read(community)).toEqual({ elders: 1 });
    expect(await read('410105007')).toEqual({ ...institution, institution_residents: 1, ...unrated });
    expect(await read('410105')).toEqual({
      elders: 1,
      ...institution,
      institution_residents: 1,
      ...unrated,
      'care_workers:HOME_CARE': 1,
    });
    expect(await recount()).toEqual([]);

    await sql`delete from care_visit`;
    await sql`delete from elder`;
    await sql`delete from household`;
    expect(await read('410100')).toEqual({ ...institution, 'care_workers:HOME_CARE': 1 });
    await sql`delete from care_institution`;
    await sql`delete from care_worker`;
    expect(await read('410100')).toEqual({});
    expect(await recount()).toEqual([]);
    await drop();
  });
});
