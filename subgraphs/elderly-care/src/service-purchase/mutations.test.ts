import { eventsOf, type WritableSubgraph, writableSubgraph } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { subgraph } from '../subgraph.ts';

let server: WritableSubgraph;
beforeAll(async () => {
  server = await writableSubgraph(subgraph, {
    ServicePurchase: 'id year posts provider amount { fen } division { code }',
  });
});
afterAll(() => server.stop());

const row = {
  divisionCode: '410105',
  purchasedOn: '2026-03-01',
  amountFen: 130_000_000,
  posts: 26,
  provider: '示例社工中心',
};

it('is recorded once per idempotency key, counted on its day, with its event', async () => {
  const input = { ...row, idempotencyKey: 'once' };
  const answers = await Promise.all(
    Array.from({ length: 3 }, () => server.write('recordServicePurchase', input)),
  );
  const [first] = answers;
  for (const { result } of answers) expect(result).toEqual(first?.result);
  expect(first?.result).toMatchObject({
    __typename: 'ServicePurchase',
    division: { code: row.divisionCode },
  });
  expect(await eventsOf(server, first?.result.id)).toEqual([
    { action: 'recordServicePurchase', fromStatus: null, toStatus: null },
  ]);
  const sums = await server.sql<{ metric: string; amount: number }[]>`
    select metric, sum(amount)::bigint as amount from tally
    where division_code = '410100' and grain = 'DAY' and start = '2026-03-01' group by 1`;
  expect(Object.fromEntries(sums.map(({ metric, amount }) => [metric, amount]))).toEqual({
    service_purchase_fen: 130_000_000,
    service_purchase_posts: 26,
    service_purchases: 1,
  });
  expect(await server.sql`select * from tally_recount()`).toHaveLength(0);
});

it('is refused with invalid input', async () => {
  for (const wrong of [
    { amountFen: 0 },
    { amountFen: 10_000_000_000_001 },
    { posts: -1 },
    { provider: ' ' },
    { purchasedOn: '2999-01-01' },
    { divisionCode: 'x' },
  ])
    expect(
      (await server.write('recordServicePurchase', { ...row, ...wrong })).code,
      JSON.stringify(wrong),
    ).toBe('BAD_USER_INPUT');
  expect(await server.sql`select id from service_purchase`).toHaveLength(1);
});
