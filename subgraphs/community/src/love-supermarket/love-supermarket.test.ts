import { headersOf } from '@district-graph/kit/testing/identity';
import { emptyDatabase, type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: TestSubgraph;
beforeAll(async () => {
  server = await testSubgraph(subgraph);
});
afterAll(() => server.stop());

const someIds = async (count: number) => {
  const rows = await server.sql<{ id: string }[]>`
    select id from love_supermarket where division_code <> '410100' order by id limit ${count}`;
  return rows.map(({ id }) => id);
};

describe('love supermarkets', () => {
  it('of any number take one statement, one for their stock and one for their donations', async () => {
    const ids = await someIds(6);
    server.statements();
    const { data, errors } = await server.request(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on LoveSupermarket {
        id name stock { category condition quantity } donations(first: 2) { nodes { id items { quantity } } }
      } } }`,
      { r: [...ids, 'x'].map((id) => ({ __typename: 'LoveSupermarket', id })) },
    );
    expect(errors).toBeUndefined();
    expect(data._entities.map((row: { id: string } | null) => row?.id ?? null)).toEqual([...ids, null]);
    for (const row of data._entities.slice(0, 6)) {
      expect(row.stock.length).toBeGreaterThan(0);
      expect(row.donations.nodes).toHaveLength(2);
    }
    expect(server.statements()).toHaveLength(4);
  });

  it('inside a division are paged by division code, each once', async () => {
    const ids: string[] = [];
    const totals = new Set<number>();
    for (let after: string | null = null, more = true; more; ) {
      const { data, errors } = await server.request(
        `query ($after: String) { loveSupermarkets(within: "410105", first: 4, after: $after) {
          totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      expect(errors).toBeUndefined();
      const { nodes, totalCount, pageInfo } = data.loveSupermarkets;
      ids.push(...nodes.map(({ id }: { id: string }) => id));
      totals.add(totalCount);
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    const rows = await server.sql<{ id: string }[]>`
      select id from love_supermarket where starts_with(division_code, '410105') order by division_code, id`;
    expect(ids).toEqual(rows.map(({ id }) => id));
    expect(ids.length).toBeGreaterThan(4);
    expect([...totals]).toEqual([ids.length]);
  });

  it('are null where there is none, and refused with a wrong division or page size', async () => {
    const { data } = await server.request('{ loveSupermarket(id: "x") { id } }');
    expect(data.loveSupermarket).toBeNull();
    for (const [args, argument] of [
      ['within: "x"', 'within'],
      ['within: "410105", first: 101', 'first'],
    ]) {
      const { errors } = await server.request(`{ loveSupermarkets(${args}) { totalCount } }`);
      expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument });
    }
  });
});

describe('the stock', () => {
  const id = (last: number) => `01a1fc14-c3c1-7069-8000-0000000000${String(last).padStart(2, '0')}`;

  async function stocked() {
    const { sql, drop } = await emptyDatabase(subgraph);
    const home = { division_code: '410105007003' };
    await sql`insert into love_supermarket ${sql({ id: id(1), ...home, name: '示例', opened_on: '2020-01-01', longitude: 113.6, latitude: 34.8 })}`;
    await sql`insert into donation ${sql({ id: id(2), ...home, love_supermarket_id: id(1), received_on: '2026-01-01' })}`;
    await sql`insert into handout ${sql({ id: id(3), ...home, love_supermarket_id: id(1), recipient_kind: 'CLEANER', handed_out_on: '2026-01-02' })}`;
    const enter = (cause: Record<string, string>, quantity: number, more = {}) =>
      sql`insert into stock_entry ${sql({ ...cause, ...home, love_supermarket_id: id(1), day: '2026-01-01', category: 'COAT', condition: 'GOOD', quantity, ...more })}`;
    const quantity = async () => (await sql`select quantity from supermarket_stock`)[0]?.quantity;
    return { sql, drop, enter, quantity };
  }

  it('is kept by the database, and never falls below zero', async () => {
    const { sql, drop, enter, quantity } = await stocked();
    await expect(enter({ handout_id: id(3) }, -1)).rejects.toThrow('supermarket_stock_quantity');
    await enter({ donation_id: id(2) }, 3);
    expect(await quantity()).toBe(3);
    await expect(enter({ handout_id: id(3) }, -4)).rejects.toThrow('supermarket_stock_quantity');
    await enter({ handout_id: id(3) }, -3);
    expect(await quantity()).toBe(0);
    await enter({ handout_id: id(3) }, 3, { is_reversal: true });
    expect(await quantity()).toBe(3);
    expect(await sql`select * from tally_recount()`).toEqual([]);
    await drop();
  });

  it('has entries of the right sign, each once, that are never changed', async () => {
    const { sql, drop, enter } = await stocked();
    await expect(enter({ donation_id: id(2) }, -1)).rejects.toThrow('stock_entry_quantity');
    await expect(enter({ handout_id: id(3) }, 1)).rejects.toThrow('stock_entry_quantity');
    await expect(enter({}, 1)).rejects.toThrow('stock_entry_cause');
    await enter({ donation_id: id(2) }, 3);
    await expect(enter({ donation_id: id(2) }, 3)).rejects.toThrow('stock_entry_donation');
    await expect(sql`update stock_entry set quantity = 4`).rejects.toThrow('append-only');
    await expect(sql`delete from stock_entry`).rejects.toThrow('append-only');
    await drop();
  });

  it('is shown to those who maintain the supermarket; others see that of districts, in which no handout stands out', async () => {
    const [row] = await server.sql<{ id: string; divisionCode: string }[]>`
      select id, division_code from love_supermarket where starts_with(division_code, '410105') limit 1`;
    const { id: key = '', divisionCode = '' } = row ?? {};
    const stock = async (headers: Record<string, string>) => {
      const { data, errors } = await server.request(
        `{ loveSupermarket(id: "${key}") { id stock { quantity } } }`,
        {},
        headers,
      );
      return { stock: data.loveSupermarket.stock, code: errors?.[0]?.extensions.code };
    };
    const overview = async (code: string, headers: Record<string, string>) => {
      const { data } = await server.request(
        `{ _entities(representations: [{ __typename: "Division", code: "${code}" }]) { ... on Division { community { stockByCategory { items } } } } }`,
        {},
        headers,
      );
      const { stockByCategory } = data._entities[0].community;
      return new Set(stockByCategory.map(({ items }: { items: number | null }) => items === null));
    };
    const maintaining = await headersOf({ roles: ['community-worker'], divisions: ['410105'] });
    expect((await stock(maintaining)).stock.length).toBeGreaterThan(0);
    for (const bearer of [
      { roles: ['community-worker'], divisions: ['410102'] },
      { roles: ['partner-bureau'], scopes: ['handout:read'], divisions: ['410105'] },
    ] as const)
      expect(await stock(await headersOf(bearer))).toEqual({ stock: null, code: 'FORBIDDEN' });
    const analyst = await headersOf({ roles: ['analyst'], divisions: ['410100'] });
    for (const code of ['410105', '410100']) expect(await overview(code, analyst)).toEqual(new Set([false]));
    for (const code of [divisionCode, divisionCode.slice(0, 9)]) {
      expect(await overview(code, analyst)).toEqual(new Set([true]));
      expect(await overview(code, maintaining)).toEqual(new Set([false]));
    }
  });

  it('of districts with fewer than five supermarkets is withheld, and of one that covers them', async () => {
    const districts = await server.sql<{ code: string; count: number }[]>`
      select left(division_code, 6) as code, count(*)::integer as count from love_supermarket
      where division_code <> '410100' group by 1`;
    const analyst = await headersOf({ roles: ['analyst'], divisions: ['410100'] });
    const representations = districts.map(({ code }) => ({ __typename: 'Division', code }));
    const { data } = await server.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Division { code community { loveSupermarketCount stockByCategory { items } } } } }',
      { r: representations },
      analyst,
    );
    type Answer = { code: string; community: { stockByCategory: { items: number | null }[] } };
    const withheld = (data._entities as Answer[])
      .filter(({ community }) => community.stockByCategory.some(({ items }) => items === null))
      .map(({ code }) => code);
    const few = districts.filter(({ count }) => count < 5).map(({ code }) => code);
    expect(few).not.toEqual([]);
    expect(withheld).toEqual(expect.arrayContaining(few));
    // What the city and the other districts leave over is that of at least five.
    const left = districts.filter(({ code }) => withheld.includes(code));
    expect(left.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(5);
    expect(withheld.length).toBeLessThan(districts.length);
    for (const { community } of data._entities) expect(community.loveSupermarketCount).toBeGreaterThan(0);
  });

  it('of all seeded supermarkets equals a recount', async () => {
    const differences = await server.sql`
      select * from supermarket_stock s full join (
        select love_supermarket_id, category, condition, sum(quantity) as counted from stock_entry group by 1, 2, 3
      ) e using (love_supermarket_id, category, condition)
      where s.quantity is distinct from e.counted`;
    expect(differences).toEqual([]);
    expect(await server.sql`select * from tally_recount()`).toEqual([]);
  });
});
