import { newId } from '@district-graph/kit/database/ids';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';
import { pollutionCategories } from './tables.ts';

let sanitation: TestSubgraph;
beforeAll(async () => {
  sanitation = await testSubgraph(subgraph);
});
afterAll(() => sanitation.stop());

interface Source {
  id: string;
  category: string;
  division: { code: string };
}

async function list(within: string, category: string | null, first = 100) {
  const rows: Source[] = [];
  const totals = new Set<number>();
  let after: string | null = null;
  do {
    const { data, errors } = await sanitation.request(
      `query ($within: ID!, $category: PollutionCategory, $first: Int, $after: String) {
        pollutionSources(within: $within, category: $category, first: $first, after: $after) {
          totalCount nodes { id category division { code } } pageInfo { hasNextPage endCursor }
        }
      }`,
      { within, category, first, after },
    );
    expect(errors).toBeUndefined();
    const { nodes, totalCount, pageInfo } = data.pollutionSources;
    rows.push(...nodes);
    totals.add(totalCount);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  return { rows, totals: [...totals] };
}

describe('the sources inside a division', () => {
  it.each([
    ['410105', null, 100],
    ['410105007', null, 20],
    ['410105', 'CONSTRUCTION_SITE', 60],
    ['410100', 'PRINTING', 50],
  ] as const)(
    'of %s, of the category %s, are paged in the order of division codes, each once',
    async (within, category, first) => {
      const { rows, totals } = await list(within, category, first);
      const expected = await sanitation.sql<{ id: string }[]>`
      select id from pollution_source
      where starts_with(division_code, division_prefix(${within})) and category = any(${category ? [category] : [...pollutionCategories]})
      order by division_code, id`;
      expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      expect(rows.length).toBeGreaterThan(2 * first);
      expect(totals).toEqual([rows.length]);
      if (category) for (const row of rows) expect(row.category).toBe(category);
    },
  );

  it('of Jinshui are 1,273 in their five categories', async () => {
    const counts = await Promise.all(
      pollutionCategories.map(async (category) => {
        const { data } = await sanitation.request(
          `{ pollutionSources(within: "410105", category: ${category}, first: 1) { totalCount nodes { category } } }`,
        );
        expect(data.pollutionSources.nodes).toEqual([{ category }]);
        return data.pollutionSources.totalCount;
      }),
    );
    expect(counts).toEqual([951, 25, 15, 34, 248]);
  });

  it('are refused with a code, and empty where there are none', async () => {
    const { data } = await sanitation.request(
      '{ sanitationCrews(within: "410105", first: 1) { pageInfo { endCursor } } }',
    );
    for (const [args, code, argument] of [
      ['within: "410105", first: 101', 'BAD_USER_INPUT', 'first'],
      ['within: "41010"', 'BAD_USER_INPUT', 'within'],
      [`within: "410105", after: "${data.sanitationCrews.pageInfo.endCursor}"`, 'BAD_CURSOR', 'after'],
    ]) {
      const { errors } = await sanitation.request(`{ pollutionSources(${args}) { totalCount } }`);
      expect(errors?.[0]?.extensions).toEqual({ code, argument });
    }
    expect(await list('419999', null)).toEqual({ rows: [], totals: [0] });
  });
});

it('shows its location and the required measure; null when unknown or when the identifier is invalid', async () => {
  const [row] =
    await sanitation.sql`select * from pollution_source where division_code like '410105%' order by id limit 1`;
  const { data, errors } = await sanitation.request(
    `query ($id: ID!) {
      a: pollutionSource(id: $id) { name address controlMeasure location { longitude latitude } division { code } }
      b: pollutionSource(id: "014aa2ca-6000-7069-8000-000000000000") { id }
      c: pollutionSource(id: "x") { id }
    }`,
    { id: row?.id },
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    a: {
      name: row?.name,
      address: row?.address,
      controlMeasure: row?.controlMeasure,
      location: { longitude: row?.longitude, latitude: row?.latitude },
      division: { code: row?.divisionCode },
    },
    b: null,
    c: null,
  });
});

it('is refused with an unknown category, outside the city and under another district’s key; its category is counted', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const insert = (change: Record<string, string | number>) => {
    const row = { id: newId('410105'), division_code: '410105007003', name: '示例', category: 'PRINTING' };
    const rest = { address: '示例路', control_measure: '示例', longitude: 113.68, latitude: 34.79 };
    return sql`insert into pollution_source ${sql([{ ...row, ...rest, ...change }])}`;
  };
  await expect(insert({ category: 'OTHER' })).rejects.toThrow('pollution_source_category');
  await expect(insert({ longitude: 34.79, latitude: 113.68 })).rejects.toThrow('pollution_source_location');
  await expect(insert({ id: newId('410102') })).rejects.toThrow('pollution_source_id_home');
  await insert({});
  await insert({ category: 'PETROL_STATION' });
  await sql`update pollution_source set category = 'CONSTRUCTION_SITE' where category = 'PRINTING'`;
  expect([
    ...(await sql`select metric, sum(amount) as amount from tally where division_code = '410105' group by 1 having sum(amount) <> 0 order by 1`),
  ]).toEqual([
    { metric: 'pollution_sources:CONSTRUCTION_SITE', amount: 1 },
    { metric: 'pollution_sources:PETROL_STATION', amount: 1 },
  ]);
  expect(await sql`select * from tally_recount()`).toEqual([]);
  await drop();
});
