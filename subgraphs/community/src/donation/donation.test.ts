import { developmentKeyring as keyring } from '@district-graph/kit/encryption/keyring';
import { sweep } from '@district-graph/kit/personal-data/retention';
import { type TestSubgraph, testSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coats, supermarketSubgraph } from '../stock/testing.ts';
import { subgraph } from '../subgraph.ts';

let server: TestSubgraph;
beforeAll(async () => {
  server = await testSubgraph(subgraph);
});
afterAll(() => server.stop());

describe('donations', () => {
  it('take one statement for any number of keys, and one for their items', async () => {
    const rows = await server.sql<{ id: string }[]>`select id from donation order by id limit 5`;
    const ids = rows.map(({ id }) => id);
    server.statements();
    const { data } = await server.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Donation { id items { quantity } } } }',
      { r: [...ids, 'x'].map((id) => ({ __typename: 'Donation', id })) },
    );
    expect(data._entities.map((row: { id: string } | null) => row?.id ?? null)).toEqual([...ids, null]);
    for (const { items } of data._entities.slice(0, 5)) expect(items.length).toBeGreaterThan(0);
    expect(server.statements()).toHaveLength(2);
  });

  it.each(['410100', '410105', '410105001', '410105001003'])(
    'inside %s are paged by day, the latest first, each once',
    async (within) => {
      const seen: { id: string; receivedOn: string }[] = [];
      let total = 0;
      const period = { from: '2015-01-01', to: within === '410100' ? '2015-12-31' : '2999-12-31' };
      const periodOf = within === '410100' ? period : { from: '2024-01-01', to: '2026-12-31' };
      for (let after: string | null = null, more = true; more; ) {
        const { data, errors } = await server.request(
          `query ($within: ID!, $period: DateRange, $after: String) { donations(within: $within, period: $period, first: 100, after: $after) {
            totalCount nodes { id receivedOn } pageInfo { hasNextPage endCursor } } }`,
          { within, period: periodOf, after },
        );
        expect(errors).toBeUndefined();
        const { nodes, totalCount, pageInfo } = data.donations;
        seen.push(...nodes);
        total = totalCount;
        [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
      }
      const rows = await server.sql<{ id: string }[]>`
        select id from donation where starts_with(division_code, ${within.replace(/0+$/, '')})
          and received_on between ${periodOf.from} and ${periodOf.to} order by received_on desc, id desc`;
      expect(seen.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
      expect(seen.length).toBeGreaterThan(0);
      expect(total).toBe(seen.length);
    },
  );

  it('that a report states are 64 garments on one day of the city', async () => {
    const { data } = await server.request(
      '{ donations(within: "410100", period: { from: "2015-10-20", to: "2015-10-20" }) { nodes { items { category quantity } } } }',
    );
    expect(data.donations.nodes).toHaveLength(1);
    const { items } = data.donations.nodes[0];
    expect(items).toHaveLength(3);
    expect(items.reduce((sum: number, { quantity }: { quantity: number }) => sum + quantity, 0)).toBe(64);
  });
});

it('keep the name of a private donor for three years', async () => {
  const own = await supermarketSubgraph();
  const loveSupermarketId = await own.open();
  const { result } = await own.write('recordDonation', {
    loveSupermarketId,
    donorName: '欧阳示例',
    items: [coats(1)],
  });
  const since = (ago: string) =>
    own.sql`update donation set received_on = (now() - ${ago}::text::interval)::date where id = ${result.id}`;
  await since('3 years');
  expect(await sweep(subgraph, { sql: own.sql, keyring })).toEqual([]);
  await since('3 years 1 day');
  expect(await sweep(subgraph, { sql: own.sql, keyring })).toEqual([{ table: 'donation', rows: 1 }]);
  const { data } = await own.request(`{ donation(id: "${result.id}") { donorKind status } }`);
  expect(data.donation).toEqual({ donorKind: 'ANONYMOUS', status: 'RECORDED' });
  expect(await sweep(subgraph, { sql: own.sql, keyring })).toEqual([]);
  await own.stop();
});
