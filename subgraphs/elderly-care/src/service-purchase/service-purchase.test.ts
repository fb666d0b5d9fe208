import { newId } from '@district-graph/kit/database/ids';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let care: TestSubgraph;
beforeAll(async () => {
  care = await testSubgraph(subgraph);
});
afterAll(() => care.stop());

interface Purchase {
  id: string;
  purchasedOn: string;
  year: number;
  posts: number;
  amount: { fen: number; currency: string };
  division: { code: string };
}

async function list(within: string, first: number) {
  const rows: Purchase[] = [];
  const totals = new Set<number>();
  let after: string | null = null;
  do {
    const { data, errors } = await care.request(
      `query ($within: ID!, $first: Int, $after: String) { servicePurchases(within: $within, first: $first, after: $after) {
        totalCount nodes { id purchasedOn year posts amount { fen currency } division { code } } pageInfo { hasNextPage endCursor }
      } }`,
      { within, first, after },
    );
    expect(errors).toBeUndefined();
    const { nodes, totalCount, pageInfo } = data.servicePurchases;
    rows.push(...nodes);
    totals.add(totalCount);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after);
  return { rows, totals: [...totals] };
}

describe('the purchases of a division', () => {
  it.each([
    ['410100', '4101', 40],
    ['410105', '410105', 3],
  ])('and those inside %s are paged by division code and day, each once', async (within, prefix, first) => {
    const { rows, totals } = await list(within, first);
    const expected = await care.sql<{ id: string }[]>`
      select id from service_purchase where starts_with(division_code, ${prefix}) order by division_code, purchased_on, id`;
    expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(rows.length).toBeGreaterThan(2 * first);
    expect(totals).toEqual([rows.length]);
  });

  it('of Jinshui grew from 1.3 million yuan for 26 posts in 2011 to 12.3 million in 2015', async () => {
    const { rows } = await list('410105', 100);
    const [first] = rows;
    expect(first).toMatchObject({ purchasedOn: '2011-06-01', year: 2011, posts: 26 });
    expect(first?.amount).toEqual({ fen: 130_000_000, currency: 'CNY' });
    const of2015 = rows.filter(({ year }) => year === 2015);
    expect(of2015.reduce((total, { amount }) => total + amount.fen, 0)).toBe(1_230_000_000);
    for (const { year, purchasedOn } of rows) expect(purchasedOn.startsWith(String(year))).toBe(true);
  });

  it('are refused with a code, and empty where there are none', async () => {
    const { data } = await care.request(
      '{ outreachEvents(within: "410100", first: 1) { pageInfo { endCursor } } }',
    );
    for (const [args, code, argument] of [
      ['within: "410105", first: 101', 'BAD_USER_INPUT', 'first'],
      ['within: ""', 'BAD_USER_INPUT', 'within'],
      [`within: "410105", after: "${data.outreachEvents.pageInfo.endCursor}"`, 'BAD_CURSOR', 'after'],
    ]) {
      const { errors } = await care.request(`{ servicePurchases(${args}) { totalCount } }`);
      expect(errors?.[0]?.extensions).toEqual({ code, argument });
    }
    expect(await list('410105007', 10)).toEqual({ rows: [], totals: [0] });
  });
});

it('is null when unknown or when the identifier is none', async () => {
  const { data, errors } = await care.request(
    '{ a: servicePurchase(id: "014aa2ca-6000-7069-8000-000000000000") { id } b: servicePurchase(id: "x") { id } }',
  );
  expect({ data, errors }).toEqual({ data: { a: null, b: null }, errors: undefined });
});

it('is refused without an amount, with posts below zero, and under another district’s key', async () => {
  const { sql, drop } = await emptyDatabase(subgraph);
  const insert = (change: Record<string, string | number>) => {
    const row = {
      id: newId('410105'),
      division_code: '410105',
      purchased_on: '2026-01-05',
      provider: '示例',
    };
    return sql`insert into service_purchase ${sql([{ ...row, amount_fen: 1, posts: 0, ...change }])}`;
  };
  await expect(insert({ amount_fen: 0 })).rejects.toThrow('service_purchase_figures');
  await expect(insert({ posts: -1 })).rejects.toThrow('service_purchase_figures');
  await expect(insert({ id: newId('410102') })).rejects.toThrow('service_purchase_id_home');
  await expect(insert({ division_code: '金水区' })).rejects.toThrow('service_purchase_division_code_form');
  await insert({});
  await drop();
});
