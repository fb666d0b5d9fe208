import { addDays, intervalStart, today } from '@district-graph/kit/calendar';
import { registeredTree } from '@district-graph/kit/divisions/division-register';
import { isInside } from '@district-graph/kit/divisions/divisions';
import { Random } from '@district-graph/kit/seed/random';
import { headersOf } from '@district-graph/kit/testing/identity';
import { boundsOf, type Constraint } from '@district-graph/kit/testing/linear-bounds';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let care: TestSubgraph;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await emptyDatabase(subgraph);
  drop = database.drop;
  care = await testSubgraph(subgraph, database.url);
});
afterAll(async () => {
  await care.stop();
  await drop();
});
beforeEach(() => care.sql`truncate rollup`);

/** A viewer without scopes. */
const anybody = await headersOf({ roles: ['analyst'] });
const { childrenOf } = registeredTree();
const [jinshui, nanyang] = ['410105', '410105007'];
const [one = '', two = '', three = '', ...others] = childrenOf(nanyang);
const thisMonth = intervalStart(today(), 'MONTH');

/**
 * Counts persons in a community as the triggers do: there and at every level above, by day, month and year, or as a
 * current count.
 */
async function count(code: string, metric: string, amount: number, day?: string) {
  await care.sql`select tally_add(array[row(${metric}::text, ${code}::text, ${day ?? null}::date, ${amount}::bigint)::fact])`;
}

async function overviews(
  codes: readonly string[],
  fields: string,
  headers: Record<string, string> = anybody,
) {
  const { data, errors } = await care.request(
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { elderlyCare { ${fields} } } } }`,
    { r: codes.map((code) => ({ __typename: 'Division', code })) },
    headers,
  );
  expect(errors).toBeUndefined();
  return data._entities.map((entity: { elderlyCare: unknown }) => entity.elderlyCare);
}

describe('current counts of persons', () => {
  beforeEach(async () => {
    await count(one, 'elders', 3);
    await count(two, 'elders', 8);
    await count(three, 'elders', 20);
  });
  const elders = async (headers?: Record<string, string>) =>
    (await overviews([nanyang, one, two, three, others[0] ?? ''], 'elders', headers)).map(
      (overview: { elders: number | null }) => overview.elders,
    );

  it('are withheld below five, with the next larger one beside it; zero and the totals are disclosed', async () => {
    expect(await elders()).toEqual([31, null, null, 20, 0]);
  });

  it('are exact for viewers with the scope there, and as public where the scope is for another division', async () => {
    const manager = (division: string) => headersOf({ roles: ['care-manager'], divisions: [division] });
    expect(await elders(await manager(jinshui))).toEqual([31, 3, 8, 20, 0]);
    expect(await elders(await manager(one))).toEqual([31, 3, null, 20, 0]);
    expect(await elders(await manager('410102'))).toEqual([31, null, null, 20, 0]);
    expect(await elders(await headersOf({ roles: ['analyst', 'care-worker'] }))).toEqual([
      31,
      null,
      null,
      20,
      0,
    ]);
  });

  it('do not depend on other divisions of the same request', async () => {
    for (const [index, code] of [nanyang, one, two, three].entries())
      expect(await overviews([code], 'elders')).toEqual([{ elders: [31, null, null, 20][index] }]);
  });

  it('are withheld for divisions that the register does not have', async () => {
    await count('410105999001', 'elders', 50);
    expect(await overviews(['410105999', '410105999001', '419999'], 'elders')).toEqual([
      { elders: null },
      { elders: null },
      { elders: null },
    ]);
  });

  it('of home care are withheld where few elders are without it', async () => {
    await count(two, 'home_care_recipients', 6);
    await count(three, 'home_care_recipients', 12);
    for (const code of [two, three]) await count(code, 'home_care_households', 5);
    const fields = 'elders homeCareRecipients homeCareHouseholds';
    const [whole, , first, second] = await overviews([nanyang, one, two, three], fields);
    expect(whole).toEqual({ elders: 31, homeCareRecipients: 18, homeCareHouseholds: 10 });
    expect(first).toEqual({ elders: null, homeCareRecipients: null, homeCareHouseholds: null });
    expect(second).toEqual({ elders: 20, homeCareRecipients: null, homeCareHouseholds: null });
  });

  it('take one statement, for any number of divisions and any viewer', async () => {
    const fields = 'elders homeCareRecipients institutionResidents ruralHomes';
    for (const headers of [anybody, await headersOf({ scopes: ['person-count:exact'] })]) {
      care.statements();
      await overviews([jinshui, nanyang, ...childrenOf(nanyang)], fields, headers);
      expect(care.statements()).toHaveLength(1);
    }
  });
});

describe('counts of persons over time', () => {
  const [first = '', second = ''] = childrenOf(jinshui);
  const visits = (from: string, to: string) =>
    `visits(period: { from: "${from}", to: "${to}" }) { completed averageRating }`;
  beforeEach(async () => {
    for (const [month, amount] of [
      ['2024-01', 6],
      ['2024-02', 3],
      ['2024-03', 7],
    ] as const) {
      await count(first, 'visits_completed', amount, `${month}-10`);
      await count(second, 'visits_completed', 20, `${month}-11`);
      await count(first, 'rated_visits', amount, `${month}-10`);
      await count(second, 'rated_visits', 6, `${month}-10`);
      await count(first, 'ratings', amount * 4, `${month}-10`);
    }
  });
  const completed = async (code: string, from: string, to: string) => {
    const [overview] = await overviews([code], visits(from, to));
    return overview.visits.completed;
  };

  it('are the sum of whole months, each of which is disclosed', async () => {
    expect(await completed(first, '2024-01-01', '2024-01-31')).toBe(6);
    expect(await completed(first, '2023-11-01', '2024-01-31')).toBe(6);
    expect(await completed(first, '2024-02-01', '2024-02-29')).toBeNull();
    expect(await completed(first, '2024-01-01', '2024-03-31')).toBeNull();
    expect(await completed(second, '2024-02-01', '2024-02-29')).toBeNull();
    expect(await completed(jinshui, '2024-01-01', '2024-12-31')).toBe(76);
  });

  it.each([
    ['2024-01-10', '2024-01-10'],
    ['2024-01-01', '2024-02-28'],
    ['2024-01-02', '2024-03-31'],
    [thisMonth, today()],
    ['2024-01-01', addDays(thisMonth, 30)],
  ])(
    'are withheld from %s to %s: it differs from others by less than a month, or the month is not over',
    async (from, to) => {
      expect(await completed(jinshui, from, to)).toBeNull();
      expect(await completed('410100', from, to)).toBeNull();
    },
  );

  it('are disclosed down to the subdistrict, whose months a masked visit shows; a community has neither number nor zero', async () => {
    const [inside = '', empty = ''] = childrenOf(first);
    await count(inside, 'visits_completed', 50, '2024-05-10');
    await count(inside, 'subsidies:AGE_ALLOWANCE', 50, '2024-05-01');
    const may = 'period: { from: "2024-05-01", to: "2024-05-31" }';
    const fields = `visits(${may}) { completed cancelled } subsidies(${may}, scheme: AGE_ALLOWANCE) { claims }
      trend(metric: VISITS_COMPLETED, ${may}, interval: MONTH) { value }`;
    const withheld = {
      visits: { completed: null, cancelled: null },
      subsidies: { claims: null },
      trend: [{ value: null }],
    };
    expect(await overviews([first, inside, empty], fields)).toEqual([
      { visits: { completed: 50, cancelled: 0 }, subsidies: { claims: 50 }, trend: [{ value: 50 }] },
      withheld,
      withheld,
    ]);
    const manager = await headersOf({ roles: ['care-manager'], divisions: [jinshui] });
    expect(await overviews([empty], fields, manager)).toEqual([
      { visits: { completed: 0, cancelled: 0 }, subsidies: { claims: 0 }, trend: [{ value: 0 }] },
    ]);
  });

  it('withhold the average of few ratings', async () => {
    const [january] = await overviews([first], visits('2024-01-01', '2024-01-31'));
    expect(january.visits).toEqual({ completed: 6, averageRating: 4 });
    const [february] = await overviews([first], visits('2024-02-01', '2024-02-29'));
    expect(february.visits).toEqual({ completed: null, averageRating: null });
  });

  it('withhold the points of a series alike, and disclose the others', async () => {
    const trend = (interval: string, from = '2024-01-01') =>
      `${interval}: trend(metric: VISITS_COMPLETED, period: { from: "${from}", to: "2024-03-31" }, interval: ${interval}) { value }`;
    const [series] = await overviews([first], `${trend('MONTH')} ${trend('QUARTER')} ${trend('WEEK')}`);
    const values = (points: { value: number | null }[]) => points.map(({ value }) => value);
    expect(values(series.MONTH)).toEqual([6, null, 7]);
    expect(values(series.QUARTER)).toEqual([null]);
    expect(new Set(values(series.WEEK))).toEqual(new Set([null]));
    const [late] = await overviews([jinshui], trend('MONTH', '2024-01-02'));
    expect(values(late.MONTH)).toEqual([null, 23, 27]);
  });

  it('withhold amounts that would reveal how many were paid, and sums that contain a withheld scheme', async () => {
    await count(first, 'subsidies:AGE_ALLOWANCE', 2, '2024-01-01');
    await count(first, 'subsidy_fen:AGE_ALLOWANCE', 20_000, '2024-01-01');
    await count(second, 'subsidies:CENTENARIAN_ALLOWANCE', 9, '2024-01-01');
    await count(second, 'subsidies:AGE_ALLOWANCE', 9, '2024-01-01');
    const month = 'period: { from: "2024-01-01", to: "2024-01-31" }';
    const fields = `subsidies(${month}, scheme: AGE_ALLOWANCE) { claims amount { fen } }
      centenarians: subsidies(${month}, scheme: CENTENARIAN_ALLOWANCE) { claims }
      trend(metric: SUBSIDY_CLAIMS, ${month}, interval: MONTH) { value }`;
    const withheld = { subsidies: { claims: null, amount: null }, trend: [{ value: null }] };
    expect(await overviews([jinshui, first, second], fields)).toEqual([
      {
        subsidies: { claims: 11, amount: { fen: 20_000 } },
        centenarians: { claims: 9 },
        trend: [{ value: 20 }],
      },
      { ...withheld, centenarians: { claims: 0 } },
      { ...withheld, centenarians: { claims: 9 } },
    ]);
  });

  it('are null with a reason when their sum has too many digits', async () => {
    for (const month of ['2024-01', '2024-02']) {
      await count(first, 'subsidies:AGE_ALLOWANCE', 9, `${month}-01`);
      await count(first, 'subsidy_fen:AGE_ALLOWANCE', 9_007_199_254_740_990, `${month}-01`);
    }
    const { data, errors } = await care.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { elderlyCare {
        subsidies(period: { from: "2024-01-01", to: "2024-02-29" }, scheme: AGE_ALLOWANCE) { claims amount { fen } } } } } }`,
      { r: [{ __typename: 'Division', code: jinshui }] },
    );
    expect(data._entities[0].elderlyCare.subsidies).toEqual({ claims: 18, amount: null });
    expect(errors).toMatchObject([
      {
        path: ['_entities', 0, 'elderlyCare', 'subsidies', 'amount', 'fen'],
        extensions: { code: 'NUMBER_OUT_OF_RANGE' },
      },
    ]);
  });

  it('disclose the number of events where they withhold the attendance', async () => {
    await count(first, 'outreach_events:HOME_REPAIR', 1, '2024-01-05');
    await count(first, 'outreach_beneficiaries:HOME_REPAIR', 2, '2024-01-05');
    const fields =
      'outreach(period: { from: "2024-01-05", to: "2024-01-05" }, kind: HOME_REPAIR) { events beneficiaries }';
    expect(await overviews([first], fields)).toEqual([{ outreach: { events: 1, beneficiaries: null } }]);
  });
});

it('all public counts together do not reveal of any count below five that it is below five', async () => {
  const random = new Random('all that is allowed');
  const months = ['2024-01', '2024-02', '2024-03'];
  const parents = childrenOf('410100').slice(0, 3);
  const subdistricts = parents.flatMap((code) => childrenOf(code).slice(0, 5));
  const amounts = new Map<string, number>();
  for (const [index, month] of months.entries())
    for (const code of subdistricts) {
      const amount = random.chance(0.3) ? 0 : random.whole(1, [4, 9, 30][index] ?? 9);
      amounts.set(`${code} ${month}`, amount);
      if (amount > 0) await count(code, 'visits_completed', amount, `${month}-${random.whole(10, 28)}`);
    }
  const codes = ['410100', ...parents, ...subdistricts];
  const variables = [...amounts.keys()];
  const cells = (code: string, of: readonly string[]) =>
    variables.flatMap((key, index) => (isInside(key, code) && of.includes(key.slice(-7)) ? [index] : []));
  const answers: { of: number[]; value: number }[] = [];
  for (let first = 0; first < months.length; first++)
    for (let last = first; last < months.length; last++) {
      const period = `period: { from: "${months[first]}-01", to: "${addDays(`2024-0${last + 2}-01`, -1)}" }`;
      const answered = await overviews(
        codes,
        `visits(${period}) { completed } trend(metric: VISITS_COMPLETED, ${period}, interval: MONTH) { value }`,
      );
      for (const [index, { visits, trend }] of answered.entries()) {
        const code = codes[index] ?? '';
        if (visits.completed !== null)
          answers.push({ of: cells(code, months.slice(first, last + 1)), value: visits.completed });
        for (const [point, { value }] of trend.entries())
          if (value !== null) answers.push({ of: cells(code, [months[first + point] ?? '']), value });
      }
    }
  const constraints = [...new Map(answers.map((answer) => [answer.of.join(), answer])).values()].map(
    ({ of, value }): Constraint => ({ of: new Map(of.map((index) => [index, 1])), is: 'equal', value }),
  );
  expect(constraints.length).toBeGreaterThan(40);
  let few = 0;
  for (const code of codes)
    for (const month of months) {
      const of = cells(code, [month]);
      const value = of.reduce((sum, index) => sum + (amounts.get(variables[index] ?? '') ?? 0), 0);
      if (value === 0 || value >= 5) continue;
      few++;
      expect(boundsOf(variables.length, constraints, of).most, `${code} ${month}`).toBeGreaterThanOrEqual(
        5 - 1e-6,
      );
    }
  expect(few).toBeGreaterThan(10);
});
