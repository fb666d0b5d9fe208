import { addDays, intervalStart, today } from '@district-graph/kit/calendar';
import { registeredInside, registeredTree } from '@district-graph/kit/divisions/division-register';
import { replacePopulations } from '@district-graph/kit/rollups/populations';
import { Random } from '@district-graph/kit/seed/random';
import { headersOf } from '@district-graph/kit/testing/identity';
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
beforeEach(() => care.sql`truncate rollup, division_population`);

const anybody = await headersOf({ roles: ['resident'] });
const analyst = await headersOf({ roles: ['analyst'], divisions: ['410100'] });
const exact = await headersOf({ scopes: ['person-count:exact'] });
const { childrenOf } = registeredTree();
const [jinshui, nanyang] = ['410105', '410105007'];
const communities = [...childrenOf(nanyang)];
const [one = '', two = '', three = '', four = ''] = communities;
const thisMonth = intervalStart(today(), 'MONTH');
const lastMonth = intervalStart(addDays(thisMonth, -1), 'MONTH');
const month = `period: { from: "${lastMonth}", to: "${addDays(thisMonth, -1)}" }`;

/** Counts in a division as the triggers do: there and at every level above. */
async function count(code: string, metric: string, amount: number, day?: string) {
  await care.sql`select tally_add(array[row(${metric}::text, ${code}::text, ${day ?? null}::date, ${amount}::bigint)::fact])`;
}

async function ranking(args: string, fields: string, headers: Record<string, string> = anybody) {
  const { data, errors } = await care.request(`{ elderlyCareRanking(${args}) { ${fields} } }`, {}, headers);
  if (errors) throw Object.assign(new Error(errors[0]?.message), errors[0]);
  return data.elderlyCareRanking;
}

const inNanyang = `level: COMMUNITY, within: "${nanyang}"`;
const rows = 'totalCount edges { rank value { value unavailable } node { code } }';
const flat = ({ edges }: { edges: { rank: number; value: { value: number }; node: { code: string } }[] }) =>
  edges.map(({ rank, value, node }) => [node.code, value.value, rank]);

describe('a ranking', () => {
  beforeEach(async () => {
    await count(one, 'elders', 30);
    await count(two, 'elders', 8);
    await count(three, 'elders', 30);
    await count(four, 'elders', 40);
    await count(one, 'care_workers_on_duty', 4);
    await count(three, 'care_workers_on_duty', 3);
    await replacePopulations(care.sql, [
      { code: one, households: 900, residents: 2000 },
      { code: three, households: 400, residents: 1000 },
    ]);
  });

  it('orders divisions by the indicator, then by code, and gives equal values the same place', async () => {
    const { totalCount, ...list } = await ranking(
      `${inNanyang}, orderBy: { indicator: ELDERS }, first: 4`,
      rows,
    );
    expect(flat(list)).toEqual([
      [four, 40, 1],
      [one, 30, 2],
      [three, 30, 2],
      [two, 8, 4],
    ]);
    expect(totalCount).toBe(communities.length);
  });

  it('divides, and puts divisions that cannot be divided last in both directions, with the reason', async () => {
    for (const direction of ['ASC', 'DESC']) {
      const order = `orderBy: { indicator: ELDERS, per: CARE_WORKER, direction: ${direction} }`;
      const list = await ranking(`${inNanyang}, ${order}, first: 3`, rows);
      const divided = [
        [one, 7.5, direction === 'ASC' ? 1 : 2],
        [three, 10, direction === 'ASC' ? 2 : 1],
      ];
      expect(flat(list)).toEqual([
        ...(direction === 'ASC' ? divided : divided.toReversed()),
        [communities.find((code) => code !== one && code !== three), null, null],
      ]);
      expect(list.edges[2].value.unavailable).toBe('NO_DENOMINATOR');
    }
  });

  it('divides by residents and households of the reference data', async () => {
    const order = 'orderBy: { indicator: ELDERS, per: THOUSAND_RESIDENTS }';
    expect(flat(await ranking(`${inNanyang}, ${order}, first: 2`, rows))).toEqual([
      [three, 30, 1],
      [one, 15, 2],
    ]);
    const [nanyangItself] = flat(await ranking(`level: SUBDISTRICT, within: "${nanyang}", ${order}`, rows));
    expect(nanyangItself).toEqual([nanyang, 36, 1]);
  });

  it('keeps the divisions that meet all conditions, bounds included', async () => {
    const where = 'where: [{ indicator: ELDERS, min: 30 }, { indicator: ELDERS, per: CARE_WORKER, max: 10 }]';
    const list = await ranking(
      `${inNanyang}, orderBy: { indicator: ELDERS, direction: ASC }, ${where}`,
      rows,
    );
    expect(flat(list).map(([code]) => code)).toEqual([one, three]);
    expect(list.totalCount).toBe(2);
  });

  it('pages to the same list whatever the size of its pages, through equal values and those without one', async () => {
    const order = 'orderBy: { indicator: ELDERS, per: CARE_WORKER, direction: ASC }';
    const whole = await ranking(`${inNanyang}, ${order}, first: 100`, rows);
    const codes: string[] = [];
    for (let after: string | null = null; ; ) {
      const page = await ranking(
        `${inNanyang}, ${order}, first: 1${after ? `, after: "${after}"` : ''}`,
        'nodes { code } pageInfo { hasNextPage hasPreviousPage endCursor }',
      );
      expect(page.pageInfo.hasPreviousPage).toBe(codes.length > 0);
      codes.push(...page.nodes.map(({ code }: { code: string }) => code));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(codes).toEqual(flat(whole).map(([code]) => code));
    expect(codes).toHaveLength(communities.length);
  });

  it('refuses the cursor of another order', async () => {
    const { pageInfo } = await ranking(
      `${inNanyang}, orderBy: { indicator: ELDERS }, first: 1`,
      'pageInfo { endCursor }',
    );
    await expect(
      ranking(`${inNanyang}, orderBy: { indicator: INSTITUTION_BEDS }, after: "${pageInfo.endCursor}"`, rows),
    ).rejects.toMatchObject({ extensions: { code: 'BAD_CURSOR' } });
  });

  it('takes three statements at most, with conditions, ratios and periods, for all subdistricts of the city', async () => {
    const districts = `level: SUBDISTRICT, ${month}, orderBy: { indicator: ELDERS, per: THOUSAND_RESIDENTS }`;
    const where = 'where: [{ indicator: INSTITUTION_BEDS, min: 0 }, { indicator: VISITS_COMPLETED, min: 0 }]';
    for (const headers of [anybody, exact]) {
      care.statements();
      await ranking(`${districts}, ${where}`, `${rows} nodes { elderlyCare { elderCount } }`, headers);
      // Conditions first, then the order of the divisions that meet them.
      expect(care.statements().length).toBeLessThanOrEqual(3);
    }
  });

  it.each([
    ['level: DISTRICT, orderBy: { indicator: VISITS_COMPLETED }', 'period'],
    ['level: DISTRICT, orderBy: { indicator: AVERAGE_RATING, per: CARE_WORKER }, PERIOD', 'orderBy.per'],
    [
      'level: DISTRICT, orderBy: { indicator: ELDERS }, where: [{ indicator: ELDERS }, { indicator: ELDERS, per: HUNDRED_HOUSEHOLDS }]',
      'where.1.per',
    ],
    [
      `level: DISTRICT, orderBy: { indicator: ELDERS }, where: [${'{ indicator: ELDERS }, '.repeat(6)}]`,
      'where',
    ],
    ['level: COMMUNITY, orderBy: { indicator: ELDERS }', 'within'],
    ['level: DISTRICT, within: "419999", orderBy: { indicator: ELDERS }', 'within'],
    ['level: DISTRICT, orderBy: { indicator: ELDERS }, first: 101', 'first'],
  ])('is refused for %s', async (args, argument) => {
    await expect(ranking(args.replace('PERIOD', month), rows)).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', argument },
    });
  });

  it('gives analysts all communities of the city, a thousand on a page', async () => {
    const list = await ranking(
      'level: COMMUNITY, orderBy: { indicator: ELDERS }, first: 1000',
      rows,
      analyst,
    );
    expect(list.totalCount).toBe(registeredInside('410100', 'COMMUNITY').length);
    expect(list.edges).toHaveLength(1000);
    await expect(
      ranking('level: COMMUNITY, orderBy: { indicator: ELDERS }, first: 1001', rows, analyst),
    ).rejects.toMatchObject({ extensions: { argument: 'first' } });
  });
});

describe('an indicator without a value says why', () => {
  const read = async (code: string, args: string, headers = anybody) => {
    const { data, errors } = await care.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { elderlyCare { indicator(${args}) { value unavailable comparison(with: PREVIOUS_PERIOD) { value unavailable change changeRate } } } } } }`,
      { r: [{ __typename: 'Division', code }] },
      headers,
    );
    expect(errors).toBeUndefined();
    return data._entities[0].elderlyCare.indicator;
  };

  it('by its level, its period, a small count, or nothing to compute', async () => {
    await count(nanyang, 'visits_completed', 3, lastMonth);
    await count('410105001', 'visits_completed', 20, lastMonth);
    const visits = (period: string) => `name: VISITS_COMPLETED, ${period}`;
    expect(await read(nanyang, visits(month))).toMatchObject({ value: null, unavailable: 'SMALL_COUNT' });
    const days = `period: { from: "${lastMonth}", to: "${addDays(lastMonth, 3)}" }`;
    expect(await read(nanyang, visits(days))).toMatchObject({ unavailable: 'PERIOD_NOT_WHOLE_MONTHS' });
    expect(await read(one, visits(month))).toMatchObject({ unavailable: 'LEVEL_NOT_PUBLISHED' });
    expect(await read(nanyang, `name: AVERAGE_RATING, ${month}`)).toMatchObject({ unavailable: 'NO_VALUE' });
    expect(await read(nanyang, visits(days), exact)).toMatchObject({ value: 3, unavailable: null });
  });

  it('and is compared with the period before', async () => {
    const before = intervalStart(addDays(lastMonth, -1), 'MONTH');
    await count(jinshui, 'visits_completed', 50, lastMonth);
    await count(jinshui, 'visits_completed', 40, before);
    expect(await read(jinshui, `name: VISITS_COMPLETED, ${month}`)).toEqual({
      value: 50,
      unavailable: null,
      comparison: { value: 40, unavailable: null, change: 10, changeRate: 0.25 },
    });
    expect(await read(jinshui, 'name: ELDERS')).toMatchObject({ comparison: null });
  });
});

describe('withheld counts', () => {
  const indicators = ['ELDERS', 'HOME_CARE_RECIPIENTS', 'INSTITUTION_RESIDENTS', 'VISITS_COMPLETED'];
  const ratios: Record<string, string[]> = {
    ELDERS: ['CARE_WORKER', 'THOUSAND_RESIDENTS'],
    HOME_CARE_RECIPIENTS: ['CARE_WORKER', 'THOUSAND_ELDERS'],
    INSTITUTION_RESIDENTS: ['THOUSAND_ELDERS'],
    VISITS_COMPLETED: ['THOUSAND_ELDERS', 'CARE_WORKER'],
  };

  /** Fills the database with the counts of one of two worlds that differ in nothing but withheld counts. */
  async function fill(elders: readonly number[], visits: readonly number[]) {
    await care.sql`truncate rollup`;
    for (const [index, amount] of elders.entries()) {
      await count(communities[index] ?? '', 'elders', amount);
      await count(communities[index] ?? '', 'institution_residents', amount);
      await count(communities[index] ?? '', 'care_workers_on_duty', index + 1);
      await count(communities[index] ?? '', 'residents', 1000);
    }
    for (const [index, amount] of visits.entries())
      await count(childrenOf(jinshui)[index] ?? '', 'visits_completed', amount, lastMonth);
  }

  /** Questions with random orders, ratios, bounds and pages, always the same ones. */
  function* questions(): Generator<string> {
    const random = new Random('rankings');
    const choice = <Item>(items: readonly Item[]): Item => items[random.whole(0, items.length - 1)] as Item;
    const indicator = () => {
      const name = choice(indicators);
      const per = choice(['', ...(ratios[name] ?? [])]);
      return `indicator: ${name}${per ? `, per: ${per}` : ''}`;
    };
    for (let index = 0; index < 300; index++) {
      const level = choice([`level: SUBDISTRICT, within: "${jinshui}"`, inNanyang, 'level: DISTRICT']);
      const where = Array.from({ length: random.whole(0, 2) }, () => {
        const min = random.whole(-1, 10) / choice([1, 2]);
        return `{ ${indicator()}, min: ${min}, max: ${min + random.whole(0, 60)} }`;
      });
      const order = `orderBy: { ${indicator()}, direction: ${choice(['ASC', 'DESC'])} }`;
      yield `${level}, ${month}, ${order}, where: [${where.join(', ')}], first: ${random.whole(1, 30)}`;
    }
  }

  it('cannot be distinguished by any order, condition, ratio, place, total or page', async () => {
    const worlds = [
      { elders: [3, 8, 20, 0, 60], visits: [2, 7, 40, 0, 9] },
      { elders: [2, 9, 20, 0, 60], visits: [1, 8, 40, 0, 9] },
    ];
    const selection = `${rows} pageInfo { hasNextPage }`;
    const answersOf = async (headers: Record<string, string>): Promise<string[]> => {
      const answers: string[] = [];
      for (const question of questions())
        answers.push(JSON.stringify(await ranking(question, selection, headers)));
      return answers;
    };
    const [one, other] = worlds;
    await fill(one?.elders ?? [], one?.visits ?? []);
    const [withheld, disclosed] = [await answersOf(analyst), await answersOf(exact)];
    await fill(other?.elders ?? [], other?.visits ?? []);
    expect(await answersOf(analyst)).toEqual(withheld);
    // The same questions distinguish the worlds for a viewer who sees exact counts.
    const exactly = await answersOf(exact);
    expect(exactly.filter((answer, index) => answer !== disclosed[index]).length).toBeGreaterThan(10);
    expect(withheld.filter((answer) => answer.includes('SMALL_COUNT')).length).toBeGreaterThan(10);
  }, 240_000);

  it('meet no condition, however wide', async () => {
    await fill([3, 8, 20, 0, 60], []);
    const order = 'orderBy: { indicator: ELDERS, direction: ASC }';
    const all = await ranking(`${inNanyang}, ${order}, where: [{ indicator: ELDERS }]`, rows);
    expect(flat(all).map(([code]) => code)).not.toContain(one);
    expect(flat(all).map(([code]) => code)).not.toContain(two);
    expect(all.totalCount).toBe(communities.length - 2);
  });
});
