import { newId } from '@district-graph/kit/database/ids';
import { headersOf } from '@district-graph/kit/testing/identity';
import { eventsOf } from '@district-graph/kit/testing/test-subgraph';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  coats,
  community,
  household,
  quilts,
  type SupermarketSubgraph,
  serving,
  supermarketSubgraph,
  unknownId,
} from '../stock/testing.ts';

let server: SupermarketSubgraph;
beforeAll(async () => {
  server = await supermarketSubgraph();
});
afterAll(() => server.stop());

/** A supermarket with ten coats and four quilts. */
let loveSupermarketId: string;
beforeEach(async () => {
  loveSupermarketId = await server.open();
  await server.donate(loveSupermarketId, coats(10), quilts(4));
});

const record = (input: Record<string, unknown> = {}, headers?: Record<string, string>) =>
  server.write('recordHandout', { loveSupermarketId, ...household, items: [coats(1)], ...input }, headers);

const elderId = newId(community);

describe('a handout', () => {
  it('takes its items out of the stock, is counted on its day, and has its event', async () => {
    const { result } = await record({ handedOutOn: '2024-02-03', items: [coats(2), quilts(4)] }, serving);
    expect(result).toMatchObject({
      __typename: 'Handout',
      status: 'RECORDED',
      ...household,
      elder: null,
      handedOutOn: '2024-02-03',
      items: [coats(2), quilts(4)],
    });
    expect(await server.stockOf(loveSupermarketId)).toEqual([coats(8)]);
    expect(await eventsOf(server, result.id)).toEqual([
      { action: 'recordHandout', fromStatus: null, toStatus: 'RECORDED' },
    ]);
    const sums = await server.sql<{ metric: string; amount: number }[]>`
      select metric, sum(amount)::bigint as amount from tally
      where division_code = '410100' and grain = 'DAY' and start = '2024-02-03' group by 1`;
    expect(Object.fromEntries(sums.map(({ metric, amount }) => [metric, amount]))).toEqual({
      'handouts:HOUSEHOLD': 1,
      'handed_out_items:COAT': 2,
      'handed_out_items:QUILT': 4,
    });
    expect(await server.recount()).toEqual([]);
  });

  it('is for an elder, known by key, or a cleaner, by name', async () => {
    const elder = { recipientKind: 'ELDER', elderId, recipientName: null, address: null };
    expect((await record(elder)).result).toMatchObject({ elder: { id: elderId }, recipientName: null });
    const cleaner = { recipientKind: 'CLEANER', recipientName: '欧阳示例', address: null };
    expect((await record(cleaner, serving)).result).toMatchObject({ elder: null, recipientName: '欧阳示例' });
  });

  it('of more than there is gives nothing, and says how many there are', async () => {
    const { result } = await record({
      items: [coats(11), { category: 'BOOKS', condition: 'FAIR', quantity: 1 }, quilts(1)],
    });
    expect(result).toMatchObject({
      __typename: 'InsufficientStock',
      code: 'INSUFFICIENT_STOCK',
      shortages: [
        { category: 'COAT', condition: 'GOOD', requested: 11, available: 10 },
        { category: 'BOOKS', condition: 'FAIR', requested: 1, available: 0 },
      ],
    });
    expect(result.message).toMatch(/\p{Script=Han}.*COAT GOOD 10\/11.*[a-z]/u);
    expect(await server.stockOf(loveSupermarketId)).toEqual([coats(10), quilts(4)]);
    expect(
      await server.sql`select id from handout where love_supermarket_id = ${loveSupermarketId}`,
    ).toHaveLength(0);
  });

  it('gives the last items once, however many ask for them at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        server.handOut(loveSupermarketId, ...(index % 2 ? [coats(1), quilts(1)] : [quilts(1), coats(1)])),
      ),
    );
    const given = answers.filter(({ __typename }) => __typename === 'Handout');
    expect(given).toHaveLength(4);
    for (const { shortages } of answers.filter(({ __typename }) => __typename === 'InsufficientStock'))
      for (const { available, requested } of shortages) expect(available).toBeLessThan(requested);
    expect(await server.stockOf(loveSupermarketId)).toEqual([coats(6)]);
    expect(await server.recount()).toEqual([]);
  }, 60_000);

  it('is recorded once per idempotency key; the same key with other items is refused', async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => record({ idempotencyKey: 'once' })));
    expect(new Set(answers.map(({ result }) => result.id)).size).toBe(1);
    expect(await server.stockOf(loveSupermarketId)).toEqual([coats(9), quilts(4)]);
    const other = await record({ idempotencyKey: 'once', items: [coats(2)] });
    expect(other.code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('is refused with invalid input, outside of the divisions of the viewer, and without the scope', async () => {
    for (const wrong of [
      { recipientName: null },
      { recipientName: '示'.repeat(101) },
      { address: null },
      { elderId },
      { recipientKind: 'ELDER' },
      { recipientKind: 'ELDER', elderId: 'x', recipientName: null, address: null },
      { recipientKind: 'CLEANER', recipientName: null },
      { items: [] },
      { items: [coats(1), coats(1)] },
      { items: [coats(-1)] },
      { handedOutOn: '2019-12-31' },
      { handedOutOn: '2999-01-01' },
    ])
      expect((await record(wrong)).code, JSON.stringify(wrong)).toBe('BAD_USER_INPUT');
    expect((await record({ loveSupermarketId: unknownId })).code).toBe('NO_SUCH_RECORD');
    for (const bearer of [
      { roles: ['community-worker'], divisions: ['410102'] },
      { roles: ['care-manager'], divisions: ['410105'] },
    ] as const)
      expect((await record({}, await headersOf(bearer))).code).toBe('FORBIDDEN');
    expect(await server.stockOf(loveSupermarketId)).toEqual([coats(10), quilts(4)]);
  });
});

describe('a handout that is cancelled', () => {
  const cancel = (handoutId: string, headers?: Record<string, string>) =>
    server.write('cancelHandout', { handoutId, reason: 'RETURNED' }, headers);

  it('puts its items back, once, also when several cancel it at the same time', async () => {
    const { result } = await record({ handedOutOn: '2023-05-06', items: [coats(2), quilts(4)] });
    const answers = await Promise.all(Array.from({ length: 5 }, () => cancel(result.id)));
    const types = answers.map((answer) => answer.result.__typename).sort();
    expect(types).toEqual(['Handout', ...Array(4).fill('InvalidTransition')]);
    expect(await server.stockOf(loveSupermarketId)).toEqual([coats(10), quilts(4)]);
    const done = answers.find((answer) => answer.result.__typename === 'Handout');
    expect(done?.result).toMatchObject({
      status: 'CANCELLED',
      cancelReason: 'RETURNED',
      items: [coats(2), quilts(4)],
    });
    const sums = await server.sql`
      select sum(amount) as amount from tally where grain = 'DAY' and start = '2023-05-06'`;
    expect(Number(sums[0]?.amount ?? 0)).toBe(0);
    expect(await server.recount()).toEqual([]);
  });

  it('is known, and in the divisions of the viewer', async () => {
    expect((await cancel(unknownId)).code).toBe('NO_SUCH_RECORD');
    const { result } = await record();
    const elsewhere = await headersOf({ roles: ['community-worker'], divisions: ['410102'] });
    expect((await cancel(result.id, elsewhere)).code).toBe('FORBIDDEN');
    expect(await server.stockOf(loveSupermarketId)).toEqual([coats(9), quilts(4)]);
  });
});
